"""The tab where a theme is made, with a picture of it that follows what is typed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from branding import services
from branding.contrast import AA_TEXT, ratio
from branding.css import DARK_GROUNDS, LIGHT_GROUNDS, Colours, inline_style, variables
from branding.models import Theme
from branding.pictures import MOST_BYTES
from branding.ui.forms import LogoForm, ThemeForm
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, led_to
from tenants.models import Enterprise
from tenants.ui.tabs import enterprise_context


class ThemeTab(Page):
    """Knows the enterprise, its theme (a new one, not saved, if it has none) and that the actor may."""

    context: dict[str, Any]

    def enter(self, enterprise_id: int) -> tuple[Enterprise, Theme]:
        self.context = enterprise_context(self.request, enterprise_id)
        enterprise = self.context["enterprise"]
        services.require_themes(self.request.user, enterprise)
        themes = Theme.objects.visible_to(self.request.user).filter(enterprise=enterprise)
        theme = themes.select_related("enterprise", "logo").first()
        return enterprise, theme or _begun(enterprise)

    def shown(self, form: ThemeForm, logo_form: LogoForm, theme: Theme, error: DomainError | None = None):
        what = _("The theme was not saved")
        context = self.context | {
            "form": form,
            "logo_form": logo_form,
            "theme": theme,
            "inherited": services.look_of(theme.enterprise_id),
            "error": fault_of(error, self.request, what=what) if error else None,
            **preview_of(theme),
        }
        status = error.status if error else 200
        return render(self.request, "branding/theme.html", context, status=status)


class ThemePage(ThemeTab):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        _enterprise, theme = self.enter(enterprise_id)
        return self.shown(ThemeForm(theme=theme), LogoForm(), theme)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise, theme = self.enter(enterprise_id)
        form, logo_form = ThemeForm(request.POST, theme=theme), LogoForm(request.POST, request.FILES)
        if not (form.is_valid() and logo_form.is_valid()):
            return self.shown(form, logo_form, theme)
        try:
            services.save_theme(
                actor=request.user,
                enterprise=enterprise,
                **form.cleaned_data,
                **self._about_logo(logo_form.cleaned_data),
            )
        except DomainError as error:
            return self.shown(form, logo_form, theme, error)
        messages.success(request, _("The theme is saved."))
        return redirect("branding:theme", enterprise_id)

    @staticmethod
    def _about_logo(values: dict[str, Any]) -> dict[str, Any]:
        """One byte more than allowed is enough to say no."""
        data = values["logo"].read(MOST_BYTES + 1) if values["logo"] else None
        return {"logo": data, "without_logo": values["remove_logo"]}


def _begun(enterprise: Enterprise) -> Theme:
    """A first theme, not saved: it begins with what its users see until now."""
    look = services.look_of(enterprise.id)
    words = {name: getattr(look, name) for name in ("login_title", "login_text", "footer_text")}
    return Theme(
        enterprise=enterprise,
        name=enterprise.name[:64],
        product_name=look.product if look.theme_id else "",
        accent_light=look.colours.accent_light,
        accent_dark=look.colours.accent_dark,
        footer_links=[list(pair) for pair in look.footer_links],
        **words,
    )


class Preview(ThemeTab):
    """How the theme looks with what stands in the form now; nothing is saved."""

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        _enterprise, theme = self.enter(enterprise_id)
        form = ThemeForm(request.POST, theme=theme)
        form.is_valid()
        wrong = ""
        try:
            services.fill_in(theme, form.cleaned_data)
        except DomainError as error:
            wrong = f"{error.message} {error.remedy}".strip()
        return render(request, "branding/_preview.html", preview_of(theme) | {"theme": theme, "wrong": wrong})


class Removal(ThemeTab):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise, _theme = self.enter(enterprise_id)
        context = {
            "title": _("Remove the theme of %(name)s?") % {"name": enterprise.name},
            "text": _("Pages and mails look like what lies above in the tenant tree again."),
            "losses": [_("Names, colours, texts and the logo of this theme")],
            "verb": _("Remove"),
            "action": reverse("branding:remove", args=[enterprise.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise, _theme = self.enter(enterprise_id)
        services.remove_theme(actor=request.user, enterprise=enterprise)
        messages.success(request, _("The theme is removed; what lies above it is seen again."))
        return led_to(request, reverse("branding:theme", args=[enterprise_id]))


def preview_of(theme: Theme) -> dict[str, Any]:
    """Both sides of the preview, with the contrasts that result."""
    look = services.look_of_theme(theme)
    return {"look": look, "sides": (_side(look.colours, dark=False), _side(look.colours, dark=True))}


def _side(colours: Colours, *, dark: bool) -> dict[str, Any]:
    accent, text = (
        (colours.accent_dark, colours.text_dark) if dark else (colours.accent_light, colours.text_light)
    )
    grounds, towards = (DARK_GROUNDS, "#ffffff") if dark else (LIGHT_GROUNDS, "#000000")
    shade = variables(accent, text, grounds, towards=towards)["--tblr-link-color"]
    pairs = (
        (_("Text on buttons"), ratio(text, accent)),
        (_("Links on pages"), min(ratio(shade, ground) for ground in grounds)),
    )
    return {
        "scheme": "dark" if dark else "light",
        "name": _("Dark") if dark else _("Light"),
        "style": inline_style(colours, dark=dark),
        "contrasts": [
            {"what": what, "ratio": f"{int(found * 10) / 10:.1f} : 1", "enough": found >= AA_TEXT}
            for what, found in pairs
        ],
        "adjusted": shade not in (accent, ""),
    }
