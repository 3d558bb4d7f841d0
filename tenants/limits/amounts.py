"""How much of each resource something holds, wants or may have."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

VIRTUAL_RESOURCES = (
    "vcpus",
    "memory_mib",
    "disk_mib",
    "machines",
    "volumes_mib",
    "networks",
    "public_ips",
)
RESOURCES = (*VIRTUAL_RESOURCES, "repository_mib")
STRENGTHS = ("soft", "hard")


@dataclass(frozen=True)
class Amounts:
    """How much of each resource: counts and MiB. ``repository_mib`` is not counted in virtual datacenters."""

    vcpus: int = 0
    memory_mib: int = 0
    disk_mib: int = 0
    machines: int = 0
    volumes_mib: int = 0
    networks: int = 0
    public_ips: int = 0
    repository_mib: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(**{name: getattr(self, name) + getattr(other, name) for name in RESOURCES})

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(**{name: getattr(self, name) - getattr(other, name) for name in RESOURCES})

    @property
    def touched(self) -> tuple[str, ...]:
        """The resources there is something of."""
        return tuple(name for name in RESOURCES if getattr(self, name))


def resources_of(limits: Any) -> tuple[str, ...]:
    """The resources a row of AllocationLimits or LocationLimits limits or could limit."""
    return RESOURCES if hasattr(limits, "repository_mib_hard") else VIRTUAL_RESOURCES


def field_names(resources: Iterable[str] = RESOURCES) -> tuple[str, ...]:
    """The columns that limit these resources: ``vcpus_soft``, ``vcpus_hard`` and so on."""
    return tuple(f"{resource}_{strength}" for resource in resources for strength in STRENGTHS)
