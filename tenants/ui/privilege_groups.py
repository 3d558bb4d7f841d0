"""Privileges as the editor shows them: in groups, with what they are for, and whether they may be given."""

from dataclasses import dataclass
from typing import Any

from tenants.models import Privilege, Role
from tenants.privilege_words import help_of, title_of


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
    """Privileges of one area."""

    name: str
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
    """Every privilege, or only those held, by group in the order of the table they come from."""
    groups: dict[str, list[Line]] = {}
    for privilege in Privilege.objects.visible_to(actor).order_by("id"):
        if privilege.name in held or not only_held:
            line = _line(privilege, privilege.name in held, privilege.name in actor.privileges)
            groups.setdefault(privilege.group, []).append(line)
    return [Group(name, lines) for name, lines in groups.items()]


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
    held = Privilege.objects.visible_to(actor).filter(roles=role).order_by("id")
    return {each.name: each for each in held}


def _line(privilege: Privilege, held: bool, grantable: bool) -> Line:
    name = privilege.name
    return Line(privilege.id, name, title_of(name), help_of(name), held, grantable)
