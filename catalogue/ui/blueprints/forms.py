"""Forms of blueprints: what is said of one, and a file that holds one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.blueprints.plain_yaml import MOST_BYTES
from catalogue.models import Blueprint
from infrastructure.models import Datacenter
from tenants.models import Scope
from tenants.reach import Reach


class BlueprintForm(forms.Form):
    """All that can be changed of a blueprint besides its versions."""

    name = forms.CharField(label=_("Name"), max_length=128)
    description = forms.CharField(
        label=_("Description"), max_length=255, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    icon = forms.CharField(label=_("Address of a picture"), max_length=255, required=False)
    scopes = forms.ModelMultipleChoiceField(
        Scope.objects.none(), label=_("Shared with scopes"), required=False,
        help_text=_("Enterprises in and beneath them may use it. They see the names of its templates."),
    )  # fmt: skip
    datacenters = forms.ModelMultipleChoiceField(
        Datacenter.objects.none(), label=_("Offered only in"), required=False,
        help_text=_("None chosen: in every location."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Any, blueprint: Blueprint, **kwargs: Any):
        initial = {
            "name": blueprint.name,
            "description": blueprint.description,
            "icon": blueprint.icon,
            "scopes": blueprint.scopes.all(),
            "datacenters": blueprint.datacenters.all(),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["scopes"].queryset = Scope.objects.visible_to(actor)
        self.fields["datacenters"].queryset = Datacenter.objects.visible_to(actor)
        if actor.reach == Reach.OWN:
            del self.fields["scopes"]

    @property
    def arguments(self) -> dict[str, Any]:
        """What the service is given."""
        lists = {
            name: list(self.cleaned_data[name]) for name in ("scopes", "datacenters") if name in self.fields
        }
        return self.cleaned_data | lists


class FileForm(forms.Form):
    """A file of YAML, chosen or pasted; what was pasted counts when both are there."""

    file = forms.FileField(
        label=_("File"), required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,text/yaml"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or paste it here"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "form-control mono"}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("What is new"), max_length=255, required=False,
        help_text=_("Told beside the version."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("text", "").strip():
            return values
        if not values.get("file"):
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        values["text"] = self._read(values["file"])
        return values

    @staticmethod
    def _read(file: Any) -> str:
        """One byte more than may be is read at most: the reader then says how large it is."""
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("A blueprint's file has at most %(most)s KiB; this one has %(size)s KiB."),
                params={"most": MOST_BYTES // 1024, "size": -(-file.size // 1024)},
            )
        try:
            return file.read().decode("utf-8")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from None
