"""Usage plus request against soft and hard limits, with reasons.

Rules (documentation of allocation limits): 0 is no limit; a limit is passed when the total is
*greater* than it; passing a hard one refuses, passing a soft one refuses unless forced.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import LimitExceeded, Reason
from tenants.limits.amounts import Amounts, resources_of
from tenants.limits.force import Force
from tenants.limits.wording import details_shown, name_of


@dataclass(frozen=True)
class Level:
    """One level at which limits hold. ``visible``: whether a tenant may see this level's numbers."""

    code: str
    name: str
    used: Amounts
    limits: Any
    visible: bool = True


@dataclass(frozen=True)
class LimitLine:
    """One resource at one level, before and after; what the bars of a plan show."""

    level: str
    level_name: str
    resource: str
    used: int
    requested: int
    soft: int
    hard: int
    visible: bool

    @property
    def total(self) -> int:
        return self.used + self.requested

    @property
    def hard_passed(self) -> bool:
        return bool(self.hard) and self.requested > 0 and self.total > self.hard

    @property
    def soft_passed(self) -> bool:
        return bool(self.soft) and self.requested > 0 and self.total > self.soft

    def as_dict(self) -> dict[str, Any]:
        fields = ("level", "level_name", "resource", "used", "requested", "soft", "hard")
        return {name: getattr(self, name) for name in fields} | {
            "total": self.total,
            "hard_passed": self.hard_passed,
            "soft_passed": self.soft_passed,
        }


def lines(levels: tuple[Level, ...], requested: Amounts) -> tuple[LimitLine, ...]:
    """Every resource the request changes, at every level that limits it."""
    touched = frozenset(requested.touched)
    return tuple(
        LimitLine(
            level=level.code,
            level_name=level.name,
            resource=resource,
            used=getattr(level.used, resource),
            requested=getattr(requested, resource),
            soft=getattr(level.limits, f"{resource}_soft"),
            hard=getattr(level.limits, f"{resource}_hard"),
            visible=level.visible,
        )
        for level in levels
        for resource in resources_of(level.limits)
        if resource in touched
        and (getattr(level.limits, f"{resource}_soft") or getattr(level.limits, f"{resource}_hard"))
    )


def check(
    limit_lines: tuple[LimitLine, ...], *, force: bool | Force = False, sees_all: bool = False
) -> tuple[LimitLine, ...]:
    """Raise LimitExceeded when a hard limit is passed, or a soft one without ``force``.

    Returns the soft limits that were passed by force, for the event. ``sees_all``: the refusal is
    for an administrator, who is told the numbers of every level.
    """
    hard = tuple(line for line in limit_lines if line.hard_passed)
    if hard:
        raise _refusal(hard, "hard", sees_all)
    soft = tuple(line for line in limit_lines if line.soft_passed)
    if soft and not force:
        raise _refusal(soft, "soft", sees_all)
    return soft


def _refusal(passed: tuple[LimitLine, ...], strength: str, sees_all: bool) -> LimitExceeded:
    told = {line: sees_all or (line.visible and details_shown(strength)) for line in passed}
    soft = strength == "soft"
    remedy = _("Confirm that you want to pass the soft limit, or free some resources first.") if soft else ""
    return LimitExceeded(
        _sentence(passed[0], strength, told[passed[0]]),
        code="SOFT_LIMIT_EXCEEDED" if soft else "LIMITS_EXCEEDED",
        soft=soft,
        remedy=remedy,
        reasons=tuple(_reason(line, strength, told[line]) for line in passed),
        hidden=tuple(line.as_dict() for line in passed if not told[line]),
    )


def _sentence(line: LimitLine, strength: str, told: bool) -> str:
    words = {"name": line.level_name, "strength": strength, "resource": name_of(line.resource)}
    if not told and line.level == "virtual_datacenter":
        return _("The %(strength)s limit for %(resource)s of %(name)s would be passed.") % words
    if not told:
        return _("The %(strength)s limit for %(resource)s of your enterprise would be passed.") % words
    numbers = {
        "total": line.total,
        "limit": getattr(line, strength),
        "used": line.used,
        "requested": line.requested,
    }
    return _(
        "%(name)s would use %(total)s %(resource)s; its %(strength)s limit is %(limit)s "
        "(%(used)s in use, %(requested)s requested)."
    ) % (words | numbers)


def _reason(line: LimitLine, strength: str, told: bool) -> Reason:
    return Reason(
        code="LIMITS_EXCEEDED" if strength == "hard" else "SOFT_LIMIT_EXCEEDED",
        message=_sentence(line, strength, told),
        remedy=_("Undeploy or shrink something, or ask for a higher limit."),
        numbers=line.as_dict() if told else {},
    )
