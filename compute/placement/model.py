"""The value objects placement works on. Sizes in MiB."""

from dataclasses import dataclass, field, replace
from typing import Any

from core.errors import Reason


@dataclass(frozen=True)
class DatastoreRoom:
    id: int
    name: str
    enabled: bool
    size_mib: int
    used_mib: int

    @property
    def free_mib(self) -> int:
        return self.size_mib - self.used_mib


@dataclass(frozen=True)
class HostRoom:
    """A host and what is claimed on it."""

    id: int
    name: str
    hypervisor_type: str
    managed: bool
    reachable: bool | None
    reserved_for: int | None
    vcpus: int
    vcpus_used: int
    memory_mib: int
    memory_mib_used: int
    network_service_types: frozenset[int] = frozenset()
    datastores: tuple[DatastoreRoom, ...] = ()

    @property
    def vcpus_free(self) -> int:
        return self.vcpus - self.vcpus_used

    @property
    def memory_mib_free(self) -> int:
        return self.memory_mib - self.memory_mib_used

    def with_machine(self, demand: "Demand", datastore_id: int) -> "HostRoom":
        """The room that is left once the demand is placed here."""
        return replace(
            self,
            vcpus_used=self.vcpus_used + demand.vcpus,
            memory_mib_used=self.memory_mib_used + demand.memory_mib,
            datastores=tuple(
                replace(d, used_mib=d.used_mib + demand.disk_mib) if d.id == datastore_id else d
                for d in self.datastores
            ),
        )


@dataclass(frozen=True)
class Demand:
    """What one machine needs, and for whom."""

    enterprise_id: int
    hypervisor_type: str
    vcpus: int
    memory_mib: int
    disk_mib: int
    network_service_types: frozenset[int] = frozenset()
    only_reserved: bool = False


@dataclass(frozen=True)
class Rejection:
    host: HostRoom
    reasons: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"host": self.host.name, "reasons": [reason.as_dict() for reason in self.reasons]}


@dataclass(frozen=True)
class Placement:
    """The chosen host and datastore (None when nothing fits), why, and why not the others."""

    host: HostRoom | None
    datastore: DatastoreRoom | None
    reason: Reason | None = None
    rejected: tuple[Rejection, ...] = field(default=())
    outranked: tuple[tuple[HostRoom, float], ...] = field(default=())
