"""Which networks a blueprint's machines stand in: those that are there already, or new ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalogue.blueprints.content import Card, Content, MachinePart, NetworkPart, places_of
from compute.blueprints.questions import NETWORK, Candidate, Question, chosen_of, no_candidate
from compute.blueprints.target import NEW_NETWORK, Choices, NetworkOption, Target
from core.errors import Reason

MAKES_NETWORKS = "VDC_MANAGE_NETWORK"


@dataclass(frozen=True)
class NetworkOrder:
    """``part`` is the blueprint's name of it. ``network_id`` is a network that is there; without, a new one
    called ``name`` is made."""

    part: str
    network_id: int | None
    name: str
    address: str = ""
    prefix_length: int = 0
    gateway: str = ""
    dns: tuple[str, ...] = ()
    domain: str = ""

    @property
    def is_new(self) -> bool:
        return self.network_id is None


@dataclass
class Resolved:
    questions: list[Question] = field(default_factory=list)
    orders: tuple[NetworkOrder, ...] = ()
    errors: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)


def resolve(content: Content, target: Target, choices: Choices) -> Resolved:
    """A network of the same name and range is used if it has room; else one is made, under a free name."""
    found, orders = Resolved(), []
    taken = {network.name for network in target.networks}
    for number, part in enumerate(content.networks, start=1):
        question = _question(f"{NETWORK}_{number}", part, content, target, choices)
        found.questions.append(question)
        found.errors += question.errors
        there = next((n for n in target.networks if question.chosen and n.id == question.chosen.id), None)
        order = _order(part, there, taken)
        taken.add(order.name)
        orders.append(order)
        found.errors += [*_room(content, part, there), *_places(content, part, there)]
        found.warnings += _strange(part, there, order, target)
    found.orders = tuple(orders)
    found.errors += _right(found.orders, target)
    found.errors += _default(content, target)
    return found


def _question(key: str, part: NetworkPart, content: Content, target: Target, choices: Choices) -> Question:
    new = Candidate(NEW_NETWORK, _("A new network"), part.cidr)
    same = [n for n in target.networks if n.name == part.name and n.range == part.range]
    same = [n for n in same if not any((*_room(content, part, n), *_places(content, part, n)))]
    there = [Candidate(network.id, network.name, str(network.range)) for network in target.networks]
    candidates = tuple(sorted(there, key=lambda each: each.id not in {n.id for n in same})) + (new,)
    chosen: Candidate | None = candidates[0] if same else new
    errors: tuple[Reason, ...] = ()
    if key in choices.answers:
        chosen = chosen_of(key, candidates, choices)
        errors = (no_candidate("SPEC-32", part.name),) if chosen is None else ()
    users = tuple(machine.label for machine, _card in _cards_in(content, part))
    return Question(key, NETWORK, part.name, users, candidates, chosen, errors)


def _order(part: NetworkPart, there: NetworkOption | None, taken: set[str]) -> NetworkOrder:
    if there is not None:
        return NetworkOrder(part.name, there.id, there.name)
    name, number = part.name, 2
    while name in taken:
        name, number = f"{part.name[:120]} {number}", number + 1
    return NetworkOrder(
        part=part.name,
        network_id=None,
        name=name,
        address=str(part.range.network_address),
        prefix_length=part.range.prefixlen,
        gateway=part.gateway_address,
        dns=part.dns,
        domain=part.domain,
    )


def _cards_in(content: Content, part: NetworkPart) -> Iterator[tuple[MachinePart, Card]]:
    for machine in content.machines:
        yield from ((machine, card) for card in machine.cards if card.network == part.name)


def _room(content: Content, part: NetworkPart, there: NetworkOption | None) -> Iterator[Reason]:
    wanted = sum(machine.count for machine, _card in _cards_in(content, part))
    free = there.free if there else part.range.num_addresses - 3
    if wanted > free:
        yield Reason(
            "SPEC-26",
            _("%(name)s has %(free)s free addresses, and %(wanted)s are needed.")
            % {"name": there.name if there else part.name, "free": free, "wanted": wanted},
            _("Choose another network."),
            {"free": free, "wanted": wanted},
        )


def _places(content: Content, part: NetworkPart, there: NetworkOption | None) -> Iterator[Reason]:
    """Fixed places in a network that is there: they have to lie in its range, and to be free."""
    if there is None:
        return
    wanted = Counter(
        place for machine, card in _cards_in(content, part) for place in places_of(machine, card)
    )
    for place in wanted:
        address = there.range.network_address + place
        outside = not 0 < place < there.range.num_addresses - 1 or str(address) == there.gateway
        if outside or place in there.taken:
            yield Reason(
                "SPEC-32" if outside else "VLAN-25",
                _("Place %(place)s of %(name)s (%(range)s) can't be had.")
                % {"place": place, "name": there.name, "range": there.range},
                _("Choose another network."),
                {"place": place},
            )


def _strange(
    part: NetworkPart, there: NetworkOption | None, order: NetworkOrder, target: Target
) -> Iterator[Reason]:
    if there is not None:
        if there.range != part.range:
            yield Reason(
                "BLUEPRINT-NETWORK",
                _("%(name)s has the range %(there)s, not %(wanted)s.")
                % {"name": there.name, "there": there.range, "wanted": part.cidr},
            )
        return
    others = [other for other in target.networks if other.range.overlaps(part.range)]
    if order.name != part.name:
        yield Reason(
            "NAME-TAKEN",
            _("There is a network called %(name)s already; the new one is called %(new)s.")
            % {"name": part.name, "new": order.name},
        )
    if others:
        yield Reason(
            "BLUEPRINT-OVERLAP",
            _("The new network %(name)s has addresses that %(others)s has too; networks are apart.")
            % {"name": order.name, "others": ", ".join(other.name for other in others)},
        )


def _right(orders: tuple[NetworkOrder, ...], target: Target) -> Iterator[Reason]:
    made = [order.name for order in orders if order.is_new]
    if made and not target.makes_networks:
        yield Reason(
            "PRIVILEGE_MISSING",
            _("Making %(networks)s takes the privilege %(privilege)s.")
            % {"networks": ", ".join(made), "privilege": MAKES_NETWORKS},
            _("Choose networks that are there, or ask an administrator for the privilege."),
            {"privilege": MAKES_NETWORKS},
        )


def _default(content: Content, target: Target) -> Iterator[Reason]:
    cardless = [machine.label for machine in content.machines if not machine.cards]
    if cardless and not any(network.is_default for network in target.networks):
        yield Reason(
            "VDC-6",
            _("%(machines)s would stand in the default network, and there is none.")
            % {"machines": ", ".join(cardless)},
        )
