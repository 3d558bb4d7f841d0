"""The content of a blueprint, schema 1: machines and the networks they stand in. Nothing else is accepted.

What it names (templates, sizes, networks) are selectors, answered anew wherever it is used.
"""

import re
from collections import Counter
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError, model_validator

from core.errors import Invalid, Reason

SCHEMA = 1
MOST_MACHINES = 50
MOST_NETWORKS = 20
MOST_CARDS = 8
MOST_DISKS = 16
MOST_PROBLEMS = 20
MOST_VARIABLES = 100
MIB_PER_TIB = 1024 * 1024
PREFIX_LENGTHS = range(16, 31)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def _name(value: str) -> str:
    if not value.isprintable() or value != value.strip():
        raise ValueError(_("has printable characters only, and no space before or behind"))
    return value


def _words(value: str) -> str:
    if not value.replace("\n", " ").isprintable():
        raise ValueError(_("has printable characters only"))
    return value


def _uuid(value: str) -> str:
    if not _UUID.fullmatch(value):
        raise ValueError(_("is no UUID in small letters"))
    return value


def _variable(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise ValueError(_("is no name of a variable: letters, digits and _ only"))
    return value


def _line(value: str) -> str:
    if not value.isprintable():
        raise ValueError(_("has printable characters only, on one line"))
    return value


def _address(value: str) -> str:
    try:
        return str(IPv4Address(value))
    except ValueError:
        raise ValueError(_("is no IPv4 address")) from None


def _range(value: str) -> str:
    try:
        network = IPv4Network(value)
    except ValueError:
        raise ValueError(_("is no range of IPv4 addresses such as 192.168.10.0/24")) from None
    if network.prefixlen not in PREFIX_LENGTHS or not network.is_private:
        raise ValueError(_("is no private range between /16 and /30"))
    return str(network)


def _domain(value: str) -> str:
    if value and not _DOMAIN.fullmatch(value):
        raise ValueError(_("is no domain name in small letters"))
    return value


Whole = Annotated[int, Strict()]
Text = Annotated[str, Strict()]
Name = Annotated[Text, Field(min_length=1, max_length=128), AfterValidator(_name)]
Words = Annotated[Text, Field(max_length=255), AfterValidator(_words)]
Uuid = Annotated[Text, AfterValidator(_uuid)]
Variable = Annotated[Text, AfterValidator(_variable)]
Value = Annotated[Text, Field(max_length=1024), AfterValidator(_line)]
Address = Annotated[Text, AfterValidator(_address)]


class Part(BaseModel):
    """What is not known is refused, never dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Selector(Part):
    """Something to be found where the blueprint is used: by ``uuid``, else by name. A text is a name."""

    name: Name
    uuid: Uuid | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_name_alone(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    def __str__(self) -> str:
        return self.name


class Size(Part):
    """A hardware profile, or numbers; numbers beside a profile are what is taken where there is none such."""

    profile: Selector | None = None
    vcpus: Annotated[Whole, Field(ge=1, le=128)] | None = None
    memory_mib: Annotated[Whole, Field(ge=32, le=4 * MIB_PER_TIB)] | None = None

    @property
    def has_numbers(self) -> bool:
        return self.vcpus is not None and self.memory_mib is not None


class Disk(Part):
    size_mib: Annotated[Whole, Field(ge=1, le=64 * MIB_PER_TIB)]


class Card(Part):
    """A network card. ``host`` is the fixed place of its address in the network's range, for the first of
    several machines; the others have the places after it."""

    network: Name
    host: Annotated[Whole, Field(ge=1, le=65534)] | None = None


class NetworkPart(Part):
    name: Name
    cidr: Annotated[Text, AfterValidator(_range)]
    gateway: Address | None = None
    dns: Annotated[tuple[Address, ...], Field(max_length=2)] = ()
    domain: Annotated[Text, Field(max_length=253), AfterValidator(_domain)] = ""

    @property
    def range(self) -> IPv4Network:
        return IPv4Network(self.cidr)

    @property
    def gateway_address(self) -> str:
        return self.gateway or str(self.range.network_address + 1)


class GuestPart(Part):
    """What the guests are told when they set themselves up. Of several machines the first label of ``fqdn``
    is numbered; ``variables`` are added to those of the template. Whoever sees the blueprint sees all of it.
    """

    fqdn: Annotated[Text, Field(max_length=253), AfterValidator(_domain)] = ""
    variables: Annotated[dict[Variable, Value], Field(max_length=MOST_VARIABLES)] = {}
    user_data: Annotated[Text, Field(max_length=64 * 1024)] = ""
    static_addresses: Annotated[bool, Strict()] = False

    @property
    def needs_set_up(self) -> bool:
        """Whether there is something that only a guest which sets itself up reads."""
        return bool(self.user_data or self.static_addresses)


class MachinePart(Part):
    """``count`` machines; without a size they are as the template suggests, without cards each stands in the
    default network of the virtual datacenter. ``disks`` are those of the template it was made with."""

    label: Name
    description: Words = ""
    count: Annotated[Whole, Field(ge=1, le=MOST_MACHINES)] = 1
    template: Selector
    size: Size | None = None
    disks: Annotated[tuple[Disk, ...], Field(max_length=MOST_DISKS)] = ()
    cards: Annotated[tuple[Card, ...], Field(max_length=MOST_CARDS)] = ()
    guest: GuestPart | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What its machines are called."""
        if self.count == 1:
            return (self.label,)
        return tuple(f"{self.label}-{number}" for number in range(1, self.count + 1))


class Content(Part):
    """All of it. Machines are made in this order."""

    networks: Annotated[tuple[NetworkPart, ...], Field(max_length=MOST_NETWORKS)] = ()
    machines: Annotated[tuple[MachinePart, ...], Field(min_length=1, max_length=MOST_MACHINES)]

    @property
    def machine_count(self) -> int:
        return sum(machine.count for machine in self.machines)

    def network(self, name: str) -> NetworkPart | None:
        return next((each for each in self.networks if each.name == name), None)

    @model_validator(mode="after")
    def _hangs_together(self) -> "Content":
        problems = [*_repeated(self), *_gateways(self), *_cards(self)]
        if self.machine_count > MOST_MACHINES:
            problems.append(
                _("A blueprint makes at most %(most)s machines; this one makes %(count)s.")
                % {"most": MOST_MACHINES, "count": self.machine_count}
            )
        if problems:
            raise ValueError("\n".join(problems[:MOST_PROBLEMS]))
        return self

    def as_data(self) -> dict[str, Any]:
        """As JSON keeps it; what says nothing is left out."""
        return self.model_dump(mode="json", exclude_defaults=True)


def content_of(data: Any) -> Content:
    """The content in data of JSON. Raises Invalid (BLUEPRINT-CONTENT) with a reason for each problem."""
    try:
        return Content.model_validate(data)
    except ValidationError as error:
        raise refusal([Reason("BLUEPRINT-CONTENT", text) for _where, text in told(error)]) from None


def refusal(reasons: list[Reason]) -> Invalid:
    """One error out of several reasons."""
    first = reasons[0]
    return Invalid(first.message, code=first.code, remedy=first.remedy, reasons=tuple(reasons))


def told(error: ValidationError) -> list[tuple[tuple[str | int, ...], str]]:
    """The problems of the validation in words, each with where it is."""
    found, all_of_them = [], error.errors(include_url=False, include_input=False)
    # A list whose parts are wrong counts as too short besides.
    telling = [each for each in all_of_them if each["type"] != "too_short"] or all_of_them
    for each in telling[:MOST_PROBLEMS]:
        place = ".".join(str(part) for part in each["loc"])
        for sentence in _sentences(each):
            found.append((each["loc"], f"{place}: {sentence}" if place else sentence))
    return found


def _sentences(problem: dict[str, Any]) -> list[str]:
    context = problem.get("ctx", {})
    words = {
        "extra_forbidden": _("is not known here; blueprints of this version hold machines and networks only"),
        "missing": _("is needed"),
        "string_type": _("must be a text; put it in quotes"),
        "int_type": _("must be a whole number"),
        "int_parsing": _("must be a whole number"),
        "model_type": _("must be a mapping of names to values"),
        "tuple_type": _("must be a list"),
        "dict_type": _("must be a mapping of names to values"),
        "bool_type": _("must be true or false"),
        "too_short": _("is empty"),
    }
    if problem["type"] == "value_error":
        return str(context.get("error", problem["msg"])).split("\n")
    if problem["type"] in _BOUNDS:
        return [_BOUNDS[problem["type"]]() % context]
    return [words.get(problem["type"], problem["msg"])]


_BOUNDS = {
    "greater_than_equal": lambda: _("is at least %(ge)s"),
    "less_than_equal": lambda: _("is at most %(le)s"),
    "string_too_long": lambda: _("has at most %(max_length)s characters"),
    "string_too_short": lambda: _("is empty"),
    "too_long": lambda: _("has at most %(max_length)s entries"),
}


def _repeated(content: Content) -> list[str]:
    names = Counter(name for machine in content.machines for name in machine.names)
    networks = Counter(network.name for network in content.networks)
    return [
        *(_("Two machines are called %(name)s.") % {"name": name} for name, n in names.items() if n > 1),
        *(_("Two networks are called %(name)s.") % {"name": name} for name, n in networks.items() if n > 1),
    ]


def _gateways(content: Content) -> list[str]:
    return [
        _("The gateway %(gateway)s is no host address of %(cidr)s.")
        % {"gateway": each.gateway, "cidr": each.cidr}
        for each in content.networks
        if not _is_host(each.range, IPv4Address(each.gateway_address))
    ]


def _is_host(network: IPv4Network, address: IPv4Address) -> bool:
    return address in network and address not in (network.network_address, network.broadcast_address)


def _cards(content: Content) -> list[str]:
    """Cards stand in networks of the blueprint, and fixed places are free and within their range."""
    problems, taken = [], Counter()
    for machine in content.machines:
        for card in machine.cards:
            network = content.network(card.network)
            if network is None:
                problems.append(
                    _("%(machine)s has a card in %(network)s, which is no network of this blueprint.")
                    % {"machine": machine.label, "network": card.network}
                )
                continue
            taken.update((network.name, place) for place in places_of(machine, card))
            problems += _misplaced(machine, card, network)
    for (name, place), number in taken.items():
        if number > 1:
            problems.append(
                _("%(number)s cards want place %(place)s of %(network)s.")
                % {"number": number, "place": place, "network": name}
            )
    return problems


def places_of(machine: MachinePart, card: Card) -> range:
    """The fixed places in the network that the machines' cards take; none when the address is not fixed."""
    return range(card.host, card.host + machine.count) if card.host is not None else range(0)


def _misplaced(machine: MachinePart, card: Card, network: NetworkPart) -> list[str]:
    for place in places_of(machine, card):
        address = network.range.network_address + place
        if not _is_host(network.range, address) or str(address) == network.gateway_address:
            return [
                _("%(machine)s can't have place %(place)s in %(cidr)s: it is no free host address.")
                % {"machine": machine.label, "place": place, "cidr": network.cidr}
            ]
    return []
