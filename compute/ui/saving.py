"""The form that saves an appliance as a blueprint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Blueprint, BlueprintVersion
from compute import services
from compute.models import VirtualAppliance

NEW, VERSION = "new", "version"


class SaveBlueprintForm(forms.Form):
    """Either a new blueprint with a name of its own, or a further version of one the actor may change."""

    kind = forms.ChoiceField(
        choices=((NEW, _("A new blueprint")), (VERSION, _("A new version of one"))),
        widget=forms.RadioSelect, initial=NEW,
    )  # fmt: skip
    name = forms.CharField(label=_("Name"), max_length=128, required=False)
    description = forms.CharField(label=_("Description"), max_length=255, required=False)
    blueprint = forms.ModelChoiceField(
        Blueprint.objects.none(), label=_("Blueprint"), required=False, empty_label=None
    )
    note = forms.CharField(label=_("What is new"), max_length=255, required=False)
    keeps_addresses = forms.BooleanField(
        label=_("Keep the addresses the machines hold now"), required=False,
        help_text=_("Else each gets the next free one, and only those that are fixed stay."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: Any, appliance: VirtualAppliance, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.appliance = appliance
        own = Blueprint.objects.visible_to(actor).filter(enterprise_id=appliance.enterprise_id)
        self.fields["blueprint"].queryset = own
        origin = appliance.origin
        if origin is not None and own.filter(pk=origin.blueprint_id).exists():
            self.initial |= {"kind": VERSION, "blueprint": origin.blueprint_id}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("kind") == NEW and not values.get("name"):
            self.add_error("name", _("Give it a name."))
        if values.get("kind") == VERSION and values.get("blueprint") is None:
            self.add_error("blueprint", _("Choose the blueprint."))
        return values

    def save(self, actor: Any) -> BlueprintVersion:
        """Raises what services raise."""
        values = self.cleaned_data
        same = {
            "actor": actor,
            "virtual_appliance": self.appliance,
            "keeps_addresses": values["keeps_addresses"],
            "note": values["note"],
        }
        if values["kind"] == VERSION:
            return services.add_version_of(blueprint=values["blueprint"], **same)
        return services.create_blueprint_of(name=values["name"], description=values["description"], **same)
