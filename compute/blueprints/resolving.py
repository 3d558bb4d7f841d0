"""Answers the selectors of a blueprint with what there is in a virtual datacenter, and says what is wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalogue.blueprints.content import Content, MachinePart, Selector
from catalogue.services.bounds import size_refusals
from compute.blueprints import networks as network_choices
from compute.blueprints.guests import guest_orders, refusals
from compute.blueprints.networks import NetworkOrder
from compute.blueprints.questions import Question, profile_question, template_question
from compute.blueprints.target import Choices, ProfileOption, Target, TemplateOption
from core.errors import Reason
from core.ui.amounts import size_text

NAME_LENGTH = 128


@dataclass(frozen=True)
class MachineOrder:
    """One machine to be made. ``cards`` are names of the blueprint's networks with fixed places or None;
    none: the default network."""

    name: str
    description: str
    template_id: int
    profile_id: int | None
    vcpus: int
    memory_mib: int
    disk_mib: int
    disks_mib: tuple[int, ...]
    cards: tuple[tuple[str, int | None], ...] = ()
    guest: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolution:
    """What would be made, or why it can't be. Orders are complete only without errors."""

    name: str
    questions: tuple[Question, ...]
    networks: tuple[NetworkOrder, ...]
    machines: tuple[MachineOrder, ...]
    errors: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    terms: tuple[tuple[str, str], ...] = ()

    @property
    def new_networks(self) -> tuple[NetworkOrder, ...]:
        return tuple(order for order in self.networks if order.is_new)

    @property
    def public_ips(self) -> int:
        """Public addresses that have to be bought: schema 1 knows no cards in public networks."""
        return 0


def resolve(content: Content, target: Target, choices: Choices, *, proposed_name: str) -> Resolution:
    """Decide for every selector. ``proposed_name`` is what the appliance is called unless it was chosen."""
    resolver = _Resolver(content, target, choices)
    networks = network_choices.resolve(content, target, choices)
    machines = tuple(resolver.machines())
    name, naming = _name(target, choices, proposed_name)
    errors = [*_place(target), *naming, *resolver.errors, *networks.errors, *resolver.terms_refused()]
    return Resolution(
        name=name,
        questions=(*resolver.questions(), *networks.questions),
        networks=networks.orders,
        machines=machines,
        errors=tuple(errors),
        warnings=(*resolver.warnings, *networks.warnings),
        terms=tuple(resolver.terms()),
    )


class _Resolver:
    """Templates and sizes: each selector is asked once, however many machines it is for."""

    def __init__(self, content: Content, target: Target, choices: Choices):
        self.content, self.target, self.choices = content, target, choices
        self.errors: list[Reason] = []
        self.warnings: list[Reason] = []
        self.templates = {
            selector: template_question(number, selector, machines, target, choices)
            for number, (selector, machines) in enumerate(_asked(content, "template"), start=1)
        }
        self.profiles = {
            selector: profile_question(number, selector, machines, target, choices)
            for number, (selector, machines) in enumerate(_asked(content, "profile"), start=1)
        }

    def questions(self) -> Iterator[Question]:
        yield from self.templates.values()
        yield from self.profiles.values()

    def machines(self) -> Iterator[MachineOrder]:
        for question in self.questions():
            self.errors += question.errors
            self.warnings += question.warnings
        for part in self.content.machines:
            template = self._template(part)
            if template is not None:
                yield from self._orders(part, template)

    def terms(self) -> Iterator[tuple[str, str]]:
        """Names and terms of the templates that have some."""
        chosen = {question.chosen.id for question in self.templates.values() if question.chosen}
        for template in self.target.templates:
            if template.id in chosen and template.terms:
                yield template.name, template.terms

    def terms_refused(self) -> Iterator[Reason]:
        if self.choices.terms_accepted:
            return
        for name, _terms in self.terms():
            yield Reason(
                "VIMAGE-78",
                _("The template %(name)s has terms, which were not accepted.") % {"name": name},
                _("Read and accept them."),
            )

    def _template(self, part: MachinePart) -> TemplateOption | None:
        chosen = self.templates[part.template].chosen
        return next((each for each in self.target.templates if chosen and each.id == chosen.id), None)

    def _profile(self, part: MachinePart) -> ProfileOption | None:
        if part.size is None or part.size.profile is None:
            return None
        chosen = self.profiles[part.size.profile].chosen
        return next((each for each in self.target.profiles if chosen and each.id == chosen.id), None)

    def _orders(self, part: MachinePart, template: TemplateOption) -> Iterator[MachineOrder]:
        profile = self._profile(part)
        source: Any = profile or part.size
        vcpus = getattr(source, "vcpus", None) or template.vcpus
        memory_mib = getattr(source, "memory_mib", None) or template.memory_mib
        self.errors += _about(part, size_refusals(template, vcpus=vcpus, memory_mib=memory_mib))
        self.errors += refusals(part, template)
        disks_mib = self._disks(part, template)
        guests = guest_orders(part)
        for number, name in enumerate(part.names):
            yield MachineOrder(
                name=name,
                description=part.description,
                template_id=template.id,
                profile_id=profile.id if profile else None,
                vcpus=vcpus,
                memory_mib=memory_mib,
                disk_mib=sum(disks_mib),
                disks_mib=disks_mib,
                cards=tuple(
                    (card.network, None if card.host is None else card.host + number) for card in part.cards
                ),
                guest=guests[number],
            )

    def _disks(self, part: MachinePart, template: TemplateOption) -> tuple[int, ...]:
        """Their sizes: as the blueprint says, but none smaller than the template has it."""
        wanted = tuple(disk.size_mib for disk in part.disks)
        if len(wanted) > len(template.disks_mib):
            self.errors.append(
                Reason(
                    "SPEC-23",
                    _("%(machine)s has %(wanted)s disks, and the template %(template)s has %(there)s.")
                    % {
                        "machine": part.label,
                        "wanted": len(wanted),
                        "template": template.name,
                        "there": len(template.disks_mib),
                    },
                    _("Choose a template with as many disks."),
                    {"wanted": len(wanted), "there": len(template.disks_mib)},
                )
            )
            return template.disks_mib
        wanted += template.disks_mib[len(wanted) :]
        made = tuple(map(max, wanted, template.disks_mib))
        if made != wanted:
            self.warnings.append(
                Reason(
                    "BLUEPRINT-DISKS",
                    _(
                        "%(machine)s gets disks of %(made)s, not %(wanted)s: none is smaller than in the "
                        "template %(template)s."
                    )
                    % {
                        "machine": part.label,
                        "template": template.name,
                        "made": _sizes(made),
                        "wanted": _sizes(wanted),
                    },
                )
            )
        return made


def _asked(content: Content, what: str) -> list[tuple[Selector, tuple[str, ...]]]:
    """Each different selector, in the order of the machines, with the labels of those it is for."""
    found: dict[Selector, list[str]] = {}
    for part in content.machines:
        selector = part.template if what == "template" else part.size and part.size.profile
        if selector is not None:
            found.setdefault(selector, []).append(part.label)
    return [(selector, tuple(labels)) for selector, labels in found.items()]


def _place(target: Target) -> Iterator[Reason]:
    if not target.offered:
        yield Reason(
            "SPEC-19",
            _("This blueprint is not offered in %(location)s.") % {"location": target.location},
            _("Choose a virtual datacenter elsewhere, or ask its owner."),
        )


def _name(target: Target, choices: Choices, proposed: str) -> tuple[str, list[Reason]]:
    if not choices.name:
        return free_name(proposed, target.appliance_names), []
    if choices.name not in target.appliance_names:
        return choices.name, []
    taken = _("There is a virtual appliance called %(name)s already.") % {"name": choices.name}
    return choices.name, [Reason("NAME-TAKEN", taken, _("Choose another name."))]


def free_name(wanted: str, taken: frozenset[str]) -> str:
    """The name, or with the first number that is free: ``Shop 2``."""
    name, number = wanted, 2
    while name in taken:
        ending = f" {number}"
        name, number = wanted[: NAME_LENGTH - len(ending)].rstrip() + ending, number + 1
    return name


def _about(part: MachinePart, refusals: tuple[Reason, ...]) -> list[Reason]:
    return [
        Reason(each.code, f"{part.label}: {each.message}", each.remedy, each.numbers) for each in refusals
    ]


def _sizes(sizes_mib: tuple[int, ...]) -> str:
    return ", ".join(size_text(size) for size in sizes_mib) or _("none")


def summed(orders: tuple[MachineOrder, ...]) -> Counter:
    """vCPUs, memory and disk of all machines together, by the names of ``Amounts``."""
    total: Counter = Counter(machines=len(orders))
    for order in orders:
        total.update(vcpus=order.vcpus, memory_mib=order.memory_mib, disk_mib=order.disk_mib)
    return total
