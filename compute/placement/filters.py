"""What keeps a host from taking a machine: each filter answers with its reason, or with None."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from compute.placement.model import DatastoreRoom, Demand, HostRoom
from core.errors import Reason

Filter = Callable[[HostRoom, Demand], Reason | None]


def is_managed(host: HostRoom, demand: Demand) -> Reason | None:
    return None if host.managed else Reason("HOST_NOT_MANAGED", _("Takes no new machines (not managed)."))


def is_reachable(host: HostRoom, demand: Demand) -> Reason | None:
    if host.reachable is not False:
        return None
    return Reason("HOST_UNREACHABLE", _("Does not answer at the moment."))


def has_hypervisor_type(host: HostRoom, demand: Demand) -> Reason | None:
    if host.hypervisor_type == demand.hypervisor_type:
        return None
    return Reason(
        "HYPERVISOR_TYPE",
        _("Runs %(has)s, %(wants)s is needed.")
        % {"has": host.hypervisor_type, "wants": demand.hypervisor_type},
    )


def is_not_reserved_for_others(host: HostRoom, demand: Demand) -> Reason | None:
    if host.reserved_for in (None, demand.enterprise_id):
        return None
    return Reason("RESERVED", _("Is reserved for another enterprise."))


def is_reserved_when_demanded(host: HostRoom, demand: Demand) -> Reason | None:
    if not demand.only_reserved or host.reserved_for == demand.enterprise_id:
        return None
    return Reason("NOT_RESERVED", _("Is not reserved for this enterprise, which uses reserved hosts only."))


def has_networks(host: HostRoom, demand: Demand) -> Reason | None:
    if demand.network_service_types <= host.network_service_types:
        return None
    return Reason("NETWORK_SERVICE_TYPE", _("Is not connected to the networks of the machine."))


def has_vcpus(host: HostRoom, demand: Demand) -> Reason | None:
    if host.vcpus_free >= demand.vcpus:
        return None
    return _too_small("VCPUS", _("virtual CPUs"), host.vcpus_free, demand.vcpus)


def has_memory(host: HostRoom, demand: Demand) -> Reason | None:
    if host.memory_mib_free >= demand.memory_mib:
        return None
    return _too_small("MEMORY", _("MiB of memory"), host.memory_mib_free, demand.memory_mib)


def has_datastore(host: HostRoom, demand: Demand) -> Reason | None:
    if best_datastore(host, demand):
        return None
    enabled = [datastore for datastore in host.datastores if datastore.enabled]
    if not enabled:
        return Reason("NO_DATASTORE", _("Has no enabled datastore."))
    return _too_small("DISK", _("MiB of disk"), max(d.free_mib for d in enabled), demand.disk_mib)


FILTERS: tuple[Filter, ...] = (
    is_managed,
    is_reachable,
    has_hypervisor_type,
    is_not_reserved_for_others,
    is_reserved_when_demanded,
    has_networks,
    has_vcpus,
    has_memory,
    has_datastore,
)


def objections(host: HostRoom, demand: Demand) -> tuple[Reason, ...]:
    """Every reason against the host, not only the first."""
    return tuple(reason for reason in (check(host, demand) for check in FILTERS) if reason)


def best_datastore(host: HostRoom, demand: Demand) -> DatastoreRoom | None:
    """The enabled datastore with the most room, if the disk fits."""
    fitting = [d for d in host.datastores if d.enabled and d.free_mib >= demand.disk_mib]
    return max(fitting, key=lambda d: (d.free_mib, -d.id), default=None)


def _too_small(code: str, resource: str, free: int, needed: int) -> Reason:
    return Reason(
        code,
        _("Has %(free)s %(resource)s free, %(needed)s are needed.")
        % {"free": free, "resource": resource, "needed": needed},
        numbers={"free": free, "needed": needed},
    )
