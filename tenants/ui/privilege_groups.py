"""Privileges as the editor shows them: in groups, with what they are for, and whether they may be given."""

from dataclasses import dataclass
from typing import Any

from tenants.models import Privilege, Role
from tenants.privilege_words import GROUPS, WORDS, help_of, title_of


@dataclass(frozen=True)
class Line:
    """One privilege. ``grantable``: whoever edits holds it themselves."""

    id: int
    name: str
    title: str
    help: str
    held: bool
    grantable: bool = True


@dataclass(frozen=True)
class Group:
    """Privileges of one area. ``help``: what the area is; empty where nothing is known of it."""

    name: str
    help: str
    lines: list[Line]

    @property
    def held(self) -> int:
        return sum(line.held for line in self.lines)


@dataclass(frozen=True)
class Difference:
    """What one role holds and the other doesn't, both ways."""

    other: Role
    only_here: list[Line]
    only_there: list[Line]
    shared: int


def groups_of(actor: Any, held: set[str], *, only_held: bool = False) -> list[Group]:
    """Every privilege, or only those held, in the portal's groups; what has no words yet in the dialect's."""
    found = {each.name: each for each in Privilege.objects.visible_to(actor).order_by("id")}
    shown = {name: each for name, each in found.items() if name in held or not only_held}
    lines = {name: _line(each, name in held, name in actor.privileges) for name, each in shown.items()}
    groups = [
        Group(str(area.title), str(area.help), [lines[name] for name in area.privileges if name in lines])
        for area in GROUPS
    ]
    rest: dict[str, list[Line]] = {}
    for name in lines.keys() - WORDS.keys():
        rest.setdefault(found[name].group, []).append(lines[name])
    groups += [Group(name, "", sorted(each, key=lambda line: line.id)) for name, each in sorted(rest.items())]
    return [group for group in groups if group.lines]


def difference(actor: Any, role: Role, other: Role) -> Difference:
    """How the other role differs from this one."""
    here, there = _held(actor, role), _held(actor, other)
    return Difference(
        other,
        [_line(each, True, True) for name, each in here.items() if name not in there],
        [_line(each, True, True) for name, each in there.items() if name not in here],
        len(here.keys() & there.keys()),
    )


def _held(actor: Any, role: Role) -> dict[str, Privilege]:
    """In the order people read them."""
    held = {each.name: each for each in Privilege.objects.visible_to(actor).filter(roles=role)}
    order = {name: number for number, name in enumerate(WORDS)}
    return {name: held[name] for name in sorted(held, key=lambda name: order.get(name, len(order)))}


def _line(privilege: Privilege, held: bool, grantable: bool) -> Line:
    name = privilege.name
    return Line(privilege.id, name, title_of(name), help_of(name), held, grantable)
