"""Creating and changing datacenters, racks and hardware profiles."""

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from events.services import record_event
from infrastructure.models import Datacenter, HardwareProfile, Host, NetworkServiceType, Rack
from infrastructure.services.rights import MANAGE, MODIFY_HOSTS, require_privilege
from infrastructure.services.watching import unwatch_host
from tenants.models import Scope


@transaction.atomic
def create_datacenter(*, actor: Any, name: str, location: str = "", **identity: Any) -> Datacenter:
    """A private datacenter, open to the creator's enterprise, with its default network service type.

    The creator's scope reaches it, and so do the scopes that take in new datacenters. ``identity``
    may hold ``uuid`` and ``key`` when its remote services were configured first.
    """
    require_privilege(actor, MANAGE)
    if not name or Datacenter.objects.filter(name=name).exists():
        raise _datacenter_taken(name)
    key = identity.pop("key", "") or secrets.token_urlsafe(32)
    datacenter = Datacenter.objects.create(name=name, location=location or "", key=key, **identity)
    NetworkServiceType.objects.create(datacenter=datacenter, name="Service Network", is_default=True)
    if actor is not None:
        datacenter.enterprises.add(actor.enterprise_id)
        datacenter.scopes.add(*filter(None, [actor.scope_id]))
    datacenter.scopes.add(*Scope.objects.filter(takes_new_datacenters=True))
    record_event(kind="datacenter.created", subject=datacenter, actor=actor)
    return datacenter


@transaction.atomic
def update_datacenter(*, actor: Any, datacenter: Datacenter, **fields: Any) -> Datacenter:
    """Change name or location; what is not given stays."""
    require_privilege(actor, MANAGE, datacenter)
    others = Datacenter.objects.exclude(pk=datacenter.pk)
    if fields.get("name") and others.filter(name=fields["name"]).exists():
        raise _datacenter_taken(fields["name"])
    for field in ("name", "location"):
        if fields.get(field) is not None:
            setattr(datacenter, field, fields[field])
    datacenter.save()
    record_event(kind="datacenter.changed", subject=datacenter, actor=actor)
    return datacenter


@transaction.atomic
def delete_datacenter(*, actor: Any, datacenter: Datacenter) -> None:
    """Remove a datacenter that holds no virtual datacenters, with its racks and hosts."""
    require_privilege(actor, MANAGE, datacenter)
    if datacenter.virtual_datacenters.exists():
        raise Conflict(_("The datacenter still holds virtual datacenters."), code="DC-6")
    record_event(kind="datacenter.deleted", subject=datacenter, actor=actor)
    hosts = Host.objects.filter(datacenter=datacenter).select_related("datacenter")
    for host in hosts:
        unwatch_host(host)
    hosts.delete()
    datacenter.delete()


@transaction.atomic
def create_rack(*, actor: Any, datacenter: Datacenter, name: str, **fields: Any) -> Rack:
    """``fields``: short_description, vlan_id_min, vlan_id_max, vlan_per_vdc_reserved, vlans_excluded."""
    require_privilege(actor, MODIFY_HOSTS, datacenter)
    if not name or Rack.objects.filter(datacenter=datacenter, name=name).exists():
        raise _rack_taken(name)
    rack = Rack(datacenter=datacenter, name=name, **{k: v for k, v in fields.items() if v is not None})
    _check_vlans(rack)
    rack.save()
    record_event(kind="rack.created", subject=rack, actor=actor)
    return rack


@transaction.atomic
def update_rack(*, actor: Any, rack: Rack, **fields: Any) -> Rack:
    """Change what is given."""
    require_privilege(actor, MODIFY_HOSTS)
    others = Rack.objects.filter(datacenter_id=rack.datacenter_id).exclude(pk=rack.pk)
    if fields.get("name") and others.filter(name=fields["name"]).exists():
        raise _rack_taken(fields["name"])
    for field, value in fields.items():
        if value is not None:
            setattr(rack, field, value)
    _check_vlans(rack)
    rack.save()
    record_event(kind="rack.changed", subject=rack, actor=actor)
    return rack


@transaction.atomic
def delete_rack(*, actor: Any, rack: Rack) -> None:
    """Remove a rack without hosts."""
    require_privilege(actor, MODIFY_HOSTS)
    if rack.hosts.exists():
        raise Conflict(
            _("The rack still holds hosts."), code="RACK-9", remedy=_("Remove or move the hosts first.")
        )
    record_event(kind="rack.deleted", subject=rack, actor=actor)
    rack.delete()


@transaction.atomic
def offer_hardware_profile(*, actor: Any, name: str, vcpus: int, memory_mib: int) -> HardwareProfile:
    """Make a size of this name exist; one that exists keeps its values."""
    require_privilege(actor, "MANAGE_HARDWARE_PROFILE_TYPE_AND_FAMILY")
    profile, _created = HardwareProfile.objects.get_or_create(
        name=name, defaults={"vcpus": vcpus, "memory_mib": memory_mib}
    )
    return profile


def _datacenter_taken(name: str) -> Conflict:
    return Conflict(_("There is a datacenter called %(name)s already.") % {"name": name}, code="DC-3")


def _rack_taken(name: str) -> Conflict:
    return Conflict(_("There is a rack called %(name)s already.") % {"name": name}, code="RACK-3")


def _check_vlans(rack: Rack) -> None:
    if rack.vlan_id_min > rack.vlan_id_max:
        raise Invalid(
            _("The VLAN range ends at %(last)s, before it begins at %(first)s.")
            % {"first": rack.vlan_id_min, "last": rack.vlan_id_max},
            code="RACK-12",
        )
