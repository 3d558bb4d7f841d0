"""The form of a scope. It offers only what the actor sees; services decide what may be done with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.ui.choosing import Chooser
from infrastructure.models import Datacenter
from infrastructure.ui.scope_choices import enterprises_for, locations_for
from tenants.access import may
from tenants.models import Enterprise, Scope
from tenants.reach import Reach
from tenants.services.scopes import MANAGE_NETWORKS
from tenants.ui.people_forms import Lines, gate


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
        widget=Chooser("scopes:enterprise_choices", search=_("Name of an enterprise")),
        help_text=_("Administrators with this scope know these."),
    )
    locations = forms.ModelMultipleChoiceField(
        Datacenter.objects.none(),
        label=_("Locations"),
        required=False,
        widget=Chooser("scopes:location_choices", search=_("Name of a location")),
        help_text=_("Administrators of infrastructure with this scope see what stands there."),
    )
    takes_new_enterprises = forms.BooleanField(label=_("Takes in every new enterprise"), required=False)
    takes_new_datacenters = forms.BooleanField(label=_("Takes in every new datacenter"), required=False)
    allowed_networks = Lines(
        label=_("Allowed networks"),
        help_text=_("Like 192.0.2.0/24, one to a line. Empty: who has the scope may come from anywhere."),
    )

    def __init__(self, *args: Any, actor: Any, scope: Scope | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        above = Scope.objects.visible_to(actor)
        if scope is not None:
            above = above.exclude(ancestors__ancestor=scope)
        self.fields["parent"].queryset = above
        self.fields["enterprises"].queryset = enterprises_for(actor)
        self.fields["locations"].queryset = locations_for(actor)
        gate(self.fields["allowed_networks"], may(actor, MANAGE_NETWORKS))
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
        "allowed_networks": scope.allowed_networks,
    }
