"""The form of a scope. It offers only what the actor sees; services decide what may be done with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from infrastructure.models import Datacenter
from tenants.models import Enterprise, Scope
from tenants.reach import Reach


class ScopeForm(forms.Form):
    """Name, place in the tree, and what the scope reaches."""

    name = forms.CharField(label=_("Name"), max_length=128)
    parent = forms.ModelChoiceField(
        Scope.objects.none(),
        label=_("Lies beneath"),
        required=False,
        empty_label=_("Nothing: it stands at the top"),
        help_text=_("Who has a scope reaches what lies in the scopes beneath it too."),
    )
    enterprises = forms.ModelMultipleChoiceField(
        Enterprise.objects.none(),
        label=_("Enterprises"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Administrators with this scope know these."),
    )
    locations = forms.ModelMultipleChoiceField(
        Datacenter.objects.none(),
        label=_("Locations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Administrators of infrastructure with this scope see what stands there."),
    )
    takes_new_enterprises = forms.BooleanField(label=_("Takes in every new enterprise"), required=False)
    takes_new_datacenters = forms.BooleanField(label=_("Takes in every new datacenter"), required=False)

    def __init__(self, *args: Any, actor: Any, scope: Scope | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        above, locations = Scope.objects.visible_to(actor), Datacenter.objects.visible_to(actor)
        if scope is not None:
            above = above.exclude(ancestors__ancestor=scope)
        self.fields["parent"].queryset = above
        self.fields["enterprises"].queryset = Enterprise.objects.visible_to(actor)
        if actor.location_reach == Reach.SCOPE:
            locations = locations.filter(scopes__ancestors__ancestor=actor.scope_id).distinct()
        self.fields["locations"].queryset = locations
        if actor.tenant_reach != Reach.ALL:
            self.fields["parent"].empty_label = None
            for name in ("takes_new_enterprises", "takes_new_datacenters"):
                del self.fields[name]
        if actor.location_reach == Reach.OWN:
            del self.fields["locations"]


def initial_of(scope: Scope) -> dict[str, Any]:
    """What the form shows of a scope at first."""
    return {
        "name": scope.name,
        "parent": scope.parent_id,
        "enterprises": scope.enterprises.all(),
        "locations": scope.datacenters.all(),
        "takes_new_enterprises": scope.takes_new_enterprises,
        "takes_new_datacenters": scope.takes_new_datacenters,
    }
