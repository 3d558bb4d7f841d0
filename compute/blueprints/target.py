"""What there is in a virtual datacenter for a blueprint to be made of. Value objects; sizes in MiB."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network

NEW_NETWORK = 0
BY_NUMBERS = 0


@dataclass(frozen=True)
class TemplateOption:
    """A template that may be used here. Bounds that are None bind nothing."""

    id: int
    uuid: str
    name: str
    enterprise_id: int
    is_own: bool
    vcpus: int
    memory_mib: int
    disks_mib: tuple[int, ...]
    vcpus_min: int | None = None
    vcpus_max: int | None = None
    memory_mib_min: int | None = None
    memory_mib_max: int | None = None
    terms: str = ""
    os_type: str = ""
    guest_setup: str = ""


@dataclass(frozen=True)
class ProfileOption:
    id: int
    uuid: str
    name: str
    vcpus: int
    memory_mib: int


@dataclass(frozen=True)
class NetworkOption:
    """A network that is there. ``taken`` are the places of its range that are held or promised."""

    id: int
    name: str
    range: IPv4Network
    gateway: str
    is_default: bool = False
    taken: frozenset[int] = frozenset()

    @property
    def free(self) -> int:
        return self.range.num_addresses - 3 - len(self.taken)


@dataclass(frozen=True)
class Target:
    """``makes_networks``: whether who asks may have networks made here; ``offered``: whether the blueprint
    may be used in this location."""

    templates: tuple[TemplateOption, ...] = ()
    profiles: tuple[ProfileOption, ...] = ()
    networks: tuple[NetworkOption, ...] = ()
    appliance_names: frozenset[str] = frozenset()
    makes_networks: bool = True
    offered: bool = True
    location: str = ""


@dataclass(frozen=True)
class Choices:
    """What somebody decided: an id by the key of a question, and what the appliance shall be called (empty:
    a free name)."""

    answers: dict[str, int] = field(default_factory=dict)
    name: str = ""
    terms_accepted: bool = False
