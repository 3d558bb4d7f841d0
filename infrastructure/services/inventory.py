"""Creating and changing datacenters, racks, hosts and datastores."""

import secrets
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from events.services import record_event
from infrastructure.models import (
    Datacenter,
    Datastore,
    HardwareProfile,
    Host,
    NetworkServiceType,
    Rack,
    RemoteService,
    RemoteServiceType,
)
from infrastructure.services.watching import watch_host
from tenants.access import require
from tenants.models import Enterprise

MANAGE = "PHYS_DC_MANAGE"
MODIFY_HOSTS = "PHYS_DC_ALLOW_MODIFY_SERVERS"


@transaction.atomic
def create_datacenter(*, actor: Any, name: str, location: str = "", **identity: Any) -> Datacenter:
    """A private datacenter, open to the creator's enterprise, with its default network service type.

    ``identity`` may hold ``uuid`` and ``key`` when its remote services were configured first.
    """
    _require(actor, MANAGE)
    if not name or Datacenter.objects.filter(name=name).exists():
        raise Conflict(_("There is a datacenter called %(name)s already.") % {"name": name}, code="DC-3")
    key = identity.pop("key", "") or secrets.token_urlsafe(32)
    datacenter = Datacenter.objects.create(name=name, location=location or "", key=key, **identity)
    NetworkServiceType.objects.create(datacenter=datacenter, name="Service Network", is_default=True)
    if actor is not None:
        datacenter.enterprises.add(actor.enterprise_id)
    record_event(kind="datacenter.created", subject=datacenter, actor=actor)
    return datacenter


@transaction.atomic
def update_datacenter(*, actor: Any, datacenter: Datacenter, **fields: Any) -> Datacenter:
    """Change name or location; what is not given stays."""
    _require(actor, MANAGE)
    for field in ("name", "location"):
        if fields.get(field) is not None:
            setattr(datacenter, field, fields[field])
    datacenter.save()
    record_event(kind="datacenter.changed", subject=datacenter, actor=actor)
    return datacenter


@transaction.atomic
def delete_datacenter(*, actor: Any, datacenter: Datacenter) -> None:
    """Remove a datacenter that holds no virtual datacenters."""
    _require(actor, MANAGE)
    if datacenter.virtual_datacenters.exists():
        raise Conflict(_("The datacenter still holds virtual datacenters."), code="DC-6")
    record_event(kind="datacenter.deleted", subject=datacenter, actor=actor)
    Host.objects.filter(datacenter=datacenter).delete()
    datacenter.delete()


@transaction.atomic
def open_to(*, actor: Any, datacenter: Datacenter, enterprise: Enterprise) -> None:
    """Let an enterprise create virtual datacenters here."""
    _require(actor, "USERS_MANAGE_ENTERPRISE")
    datacenter.enterprises.add(enterprise)


@transaction.atomic
def close_to(*, actor: Any, datacenter: Datacenter, enterprise: Enterprise) -> None:
    """Take the location from an enterprise that has no virtual datacenter here."""
    _require(actor, "USERS_MANAGE_ENTERPRISE")
    if datacenter.virtual_datacenters.filter(enterprise=enterprise).exists():
        raise Conflict(
            _("%(enterprise)s still has virtual datacenters in %(location)s.")
            % {"enterprise": enterprise, "location": datacenter},
            code="DC-7",
            remedy=_("Delete them first."),
        )
    datacenter.enterprises.remove(enterprise)


@transaction.atomic
def register_remote_service(*, actor: Any, datacenter: Datacenter, type: str, uri: str = "") -> RemoteService:
    """Make the datacenter's remote service of this type known; registering again changes its address."""
    _require(actor, MANAGE)
    if type not in RemoteServiceType.values:
        raise Invalid(_("%(type)s is not a type of remote service.") % {"type": type}, code="RS-1")
    service, _created = RemoteService.objects.update_or_create(
        datacenter=datacenter, type=type, defaults={"uri": uri}
    )
    return service


@transaction.atomic
def create_rack(*, actor: Any, datacenter: Datacenter, name: str, **fields: Any) -> Rack:
    """``fields``: short_description, vlan_id_min, vlan_id_max, vlan_per_vdc_reserved, vlans_excluded."""
    _require(actor, MANAGE)
    if not name or Rack.objects.filter(datacenter=datacenter, name=name).exists():
        raise Conflict(_("There is a rack called %(name)s already.") % {"name": name}, code="RACK-3")
    rack = Rack.objects.create(
        datacenter=datacenter, name=name, **{k: v for k, v in fields.items() if v is not None}
    )
    record_event(kind="rack.created", subject=rack, actor=actor)
    return rack


@transaction.atomic
def update_rack(*, actor: Any, rack: Rack, **fields: Any) -> Rack:
    """Change what is given."""
    _require(actor, MANAGE)
    for field, value in fields.items():
        if value is not None:
            setattr(rack, field, value)
    rack.save()
    record_event(kind="rack.changed", subject=rack, actor=actor)
    return rack


@transaction.atomic
def delete_rack(*, actor: Any, rack: Rack) -> None:
    """Remove a rack without hosts."""
    _require(actor, MANAGE)
    if rack.hosts.exists():
        raise Conflict(_("The rack still holds hosts."), code="RACK-2")
    record_event(kind="rack.deleted", subject=rack, actor=actor)
    rack.delete()


@transaction.atomic
def register_host(*, actor: Any, rack: Rack, name: str, **fields: Any) -> Host:
    """Add a host and have it watched.

    ``fields``: hypervisor_type, driver, uri, vcpus, memory_mib, and optionally ip, description.
    """
    _require(actor, MODIFY_HOSTS)
    taken = Host.objects.filter(datacenter_id=rack.datacenter_id)
    if taken.filter(name=name).exists() or taken.filter(uri=fields["uri"]).exists():
        raise Conflict(_("A host with this name or address is registered already."), code="MACHINE-4")
    host = Host.objects.create(datacenter_id=rack.datacenter_id, rack=rack, name=name, **fields)
    host.network_service_types.set(
        NetworkServiceType.objects.filter(datacenter_id=rack.datacenter_id, is_default=True)
    )
    record_event(kind="host.registered", subject=host, actor=actor)
    watch_host(host)
    return host


@transaction.atomic
def update_host(*, actor: Any, host: Host, **fields: Any) -> Host:
    """Change name, description, vcpus, memory_mib, state or reservation; what is not given stays."""
    _require(actor, MODIFY_HOSTS)
    for field in ("name", "description", "vcpus", "memory_mib", "state", "reserved_for"):
        if field in fields and (fields[field] is not None or field == "reserved_for"):
            setattr(host, field, fields[field])
    host.full_clean(exclude=["uri"])
    host.save()
    record_event(kind="host.changed", subject=host, actor=actor)
    return host


@transaction.atomic
def move_host(*, actor: Any, host: Host, driver: str, uri: str) -> Host:
    """The same host is reached another way from now on; it is watched there."""
    _require(actor, MODIFY_HOSTS)
    host.driver, host.uri = driver, uri
    host.save(update_fields=["driver", "uri", "updated_at"])
    watch_host(host)
    return host


@transaction.atomic
def move_datastore(*, actor: Any, datastore: Datastore, path: str) -> None:
    """The datastore's directory has another path from now on."""
    _require(actor, MODIFY_HOSTS)
    datastore.path = path
    datastore.save(update_fields=["path", "updated_at"])


@transaction.atomic
def offer_hardware_profile(*, actor: Any, name: str, vcpus: int, memory_mib: int) -> HardwareProfile:
    """Make a size of this name exist; one that exists keeps its values."""
    _require(actor, "MANAGE_HARDWARE_PROFILE_TYPE_AND_FAMILY")
    profile, _created = HardwareProfile.objects.get_or_create(
        name=name, defaults={"vcpus": vcpus, "memory_mib": memory_mib}
    )
    return profile


@transaction.atomic
def add_datastore(*, actor: Any, host: Host, name: str, path: str, size_mib: int) -> Datastore:
    """A datastore at an absolute path of the host."""
    _require(actor, MODIFY_HOSTS)
    datastore = Datastore.objects.create(
        datacenter_id=host.datacenter_id, name=name, path=path, size_mib=size_mib
    )
    datastore.hosts.add(host)
    return datastore


def _require(actor: Any, privilege: str) -> None:
    """``actor`` None is the platform itself (seeds, commands)."""
    if actor is not None:
        require(actor, privilege)
