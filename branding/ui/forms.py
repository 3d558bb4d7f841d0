"""The form of a theme: shapes only; what is allowed and readable is decided by the service."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branding.models import Theme
from branding.pictures import MOST_BYTES
from branding.services.themes import FIELDS


class LinesOfLinks(forms.CharField):
    """``Name | address`` by line, as pairs."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else "\n".join(" | ".join(pair) for pair in value or ())

    def clean(self, value: str) -> list[list[str]]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        pairs = [[part.strip() for part in line.rpartition("|")[::2]] for line in lines]
        if any(not name for name, _address in pairs):
            raise forms.ValidationError(_("Write each link as: Name | https://address"))
        return pairs


def _colour(label: str, *, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=7, widget=forms.TextInput(attrs={"type": "color"}), help_text=help_text
    )


def _text_colour(label: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"placeholder": "#ffffff", "spellcheck": "false"})
    help_text = _("Empty: white or black, whichever can be read.")
    return forms.CharField(label=label, max_length=7, required=False, widget=widget, help_text=help_text)


def _text(name: str, label: str, *, rows: int = 0, help_text: str = "") -> forms.CharField:
    field = Theme._meta.get_field(name)
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, max_length=field.max_length, required=not field.blank, widget=widget, help_text=help_text
    )


class ThemeForm(forms.Form):
    """All of a theme but its logo."""

    name = _text("name", _("Name of the theme"))
    product_name = _text(
        "product_name", _("Product name"), help_text=_("Stands in place of Atrium, in pages and mails.")
    )
    accent_light = _colour(_("Accent in light pages"), help_text=_("Colours buttons, links and marks."))
    text_light = _text_colour(_("Text on it"))
    accent_dark = _colour(_("Accent in dark pages"))
    text_dark = _text_colour(_("Text on it"))
    domain = _text(
        "domain",
        _("Domain"),
        help_text=_("The sign-in page at this host name shows the theme. It has to lead here."),
    )
    login_title = _text("login_title", _("Title of the sign-in page"))
    login_text = _text("login_text", _("Text of the sign-in page"), rows=2)
    footer_text = _text("footer_text", _("Text at the foot of pages and mails"))
    footer_links = LinesOfLinks(
        label=_("Links at the foot"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Imprint | https://example.org/imprint"}),
        help_text=_("One by line: the name, a bar, the address."),
    )

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any):
        initial = {name: getattr(theme, name) for name in FIELDS}
        super().__init__(*args, initial=initial, **kwargs)
        if not (theme.enterprise.is_reseller or theme.enterprise.is_provider):
            del self.fields["domain"]


class LogoForm(forms.Form):
    """The picture, or its removal."""

    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP, up to %(most)s KiB. It is shown up to 48 pixels high.")
        % {"most": MOST_BYTES // 1024},
    )
    remove_logo = forms.BooleanField(label=_("Show no logo of our own"), required=False)
