"""Registering, changing and removing hosts and their datastores."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.vocabulary import HypervisorType
from core.errors import Conflict, Invalid
from events.services import record_event
from infrastructure.connections import connection_of
from infrastructure.models import Datastore, Host, HostState, NetworkServiceType, Rack
from infrastructure.services.rights import MODIFY_HOSTS, require_privilege
from infrastructure.services.watching import unwatch_host, watch_host

CHANGEABLE = ("name", "description", "vcpus", "memory_mib", "state")


@transaction.atomic
def register_host(*, actor: Any, rack: Rack, name: str, **fields: Any) -> Host:
    """Add a host and have it watched.

    ``fields``: hypervisor_type, driver, uri, vcpus, memory_mib, and optionally ip, description.
    """
    require_privilege(actor, MODIFY_HOSTS)
    taken = Host.objects.filter(datacenter_id=rack.datacenter_id)
    if taken.filter(name=name).exists():
        raise _name_taken(name)
    if taken.filter(uri=fields["uri"]).exists():
        raise Conflict(
            _("A host that is reached by %(uri)s is registered already.") % {"uri": fields["uri"]},
            code="HYPERVISOR-3",
        )
    host = Host.objects.create(datacenter_id=rack.datacenter_id, rack=rack, name=name, **fields)
    host.network_service_types.set(
        NetworkServiceType.objects.filter(datacenter_id=rack.datacenter_id, is_default=True)
    )
    record_event(kind="host.registered", subject=host, actor=actor)
    watch_host(host)
    return host


@transaction.atomic
def equip_host(
    *,
    actor: Any,
    rack: Rack,
    datastores: Sequence[dict[str, Any]],
    connection_uri: str = "",
    **fields: Any,
) -> Host:
    """Register a host with its datastores, all or nothing.

    ``fields``: name, hypervisor_type, ip, vcpus, memory_mib, description. Without a
    ``connection_uri`` the address follows from type and ip. Each datastore is a dict of name,
    path, size_mib and enabled. Raises PermissionRefused, Invalid, Conflict.
    """
    require_privilege(actor, MODIFY_HOSTS)
    if fields.get("hypervisor_type") not in set(HypervisorType):
        raise Invalid(
            _("%(type)s is not a known hypervisor type.") % {"type": fields.get("hypervisor_type")},
            code="VDC-1",
        )
    if not any(each.get("enabled", True) for each in datastores):
        raise Invalid(_("A host needs at least one enabled datastore."), code="MACHINE-2")
    fields["ip"] = _ip_address(fields.get("ip"))
    if fields["ip"] and Host.objects.filter(datacenter_id=rack.datacenter_id, ip=fields["ip"]).exists():
        raise Conflict(
            _("A host with the address %(ip)s exists.") % {"ip": fields["ip"]}, code="HYPERVISOR-1"
        )
    connection = connection_of(fields["hypervisor_type"], ip=fields["ip"], uri=connection_uri)
    host = register_host(actor=actor, rack=rack, driver=connection.driver, uri=connection.uri, **fields)
    for each in datastores:
        add_datastore(actor=actor, host=host, **each)
    return host


@transaction.atomic
def update_host(*, actor: Any, host: Host, **fields: Any) -> Host:
    """Change name, description, vcpus, memory_mib or state; what is not given stays."""
    require_privilege(actor, MODIFY_HOSTS)
    if fields.get("state") and fields["state"] not in HostState.values:
        raise Invalid(_("%(state)s is not a state of hosts.") % {"state": fields["state"]}, code="MACHINE-5")
    others = Host.objects.filter(datacenter_id=host.datacenter_id).exclude(pk=host.pk)
    if fields.get("name") and others.filter(name=fields["name"]).exists():
        raise _name_taken(fields["name"])
    for field in CHANGEABLE:
        if fields.get(field) is not None:
            setattr(host, field, fields[field])
    try:
        host.full_clean(exclude=["uri"])
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="MACHINE-5") from None
    # What others write meanwhile, its reservation and what the monitor says, stays theirs.
    host.save(update_fields=[*CHANGEABLE, "updated_at"])
    record_event(kind="host.changed", subject=host, actor=actor)
    return host


@transaction.atomic
def delete_host(*, actor: Any, host: Host) -> None:
    """Remove a host that carries no virtual machine, and the datastores nobody else uses."""
    require_privilege(actor, MODIFY_HOSTS)
    held = Host.objects.select_for_update().get(pk=host.pk)
    count = held.claims.count()
    if count:
        raise Conflict(
            _("%(name)s still carries %(count)s virtual machines.") % {"name": held, "count": count},
            code="MACHINE-7",
            remedy=_("Undeploy them first."),
        )
    record_event(kind="host.deleted", subject=held, actor=actor)
    unwatch_host(held)
    own = list(held.datastores.values_list("pk", flat=True))
    held.delete()
    Datastore.objects.filter(pk__in=own, hosts__isnull=True, claims__isnull=True).delete()


@transaction.atomic
def move_host(*, actor: Any, host: Host, driver: str, uri: str) -> Host:
    """The same host is reached another way from now on; it is watched there."""
    require_privilege(actor, MODIFY_HOSTS)
    host.driver, host.uri = driver, uri
    host.save(update_fields=["driver", "uri", "updated_at"])
    watch_host(host)
    return host


@transaction.atomic
def move_datastore(*, actor: Any, datastore: Datastore, path: str) -> None:
    """The datastore's directory has another path from now on."""
    require_privilege(actor, MODIFY_HOSTS)
    datastore.path = path
    datastore.save(update_fields=["path", "updated_at"])


@transaction.atomic
def add_datastore(
    *, actor: Any, host: Host, name: str, path: str, size_mib: int, enabled: bool = True
) -> Datastore:
    """A datastore at an absolute path of the host. Raises Invalid, Conflict when the host has its like."""
    require_privilege(actor, MODIFY_HOSTS)
    if not path.startswith("/") or ".." in path.split("/"):
        raise Invalid(_("%(path)s is not an absolute path.") % {"path": path})
    if host.datastores.filter(name=name).exists():
        raise Conflict(
            _("There is a datastore called %(name)s already.") % {"name": name}, code="DATASTORE-4"
        )
    if host.datastores.filter(path=path).exists():
        raise Conflict(_("There is a datastore at %(path)s.") % {"path": path}, code="DATASTORE-5")
    datastore = Datastore.objects.create(
        datacenter_id=host.datacenter_id, name=name, path=path, size_mib=size_mib, enabled=enabled
    )
    datastore.hosts.add(host)
    return datastore


def _ip_address(text: str | None) -> str | None:
    try:
        return str(ip_address(text)) if text else None
    except ValueError:
        raise Invalid(_("%(text)s is not an IP address.") % {"text": text}, code="MACHINE-9") from None


def _name_taken(name: str) -> Conflict:
    return Conflict(_("There is a host called %(name)s already.") % {"name": name}, code="MACHINE-29")
