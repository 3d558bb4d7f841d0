"""Allocation limits as a pure function: usage plus request against soft and hard values, with reasons.

Rules (documentation of allocation limits): 0 is no limit; a limit is passed when the total is
*greater* than it; passing a hard one refuses, passing a soft one refuses unless forced.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, LimitExceeded, Reason

RESOURCES = ("vcpus", "memory_mib", "disk_mib", "machines")
MOST = {"vcpus": 2**31 - 1, "memory_mib": 2**40, "disk_mib": 2**40, "machines": 2**31 - 1}


@dataclass(frozen=True)
class Amounts:
    """How much of each resource: counts and MiB."""

    vcpus: int = 0
    memory_mib: int = 0
    disk_mib: int = 0
    machines: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(**{name: getattr(self, name) + getattr(other, name) for name in RESOURCES})

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(**{name: getattr(self, name) - getattr(other, name) for name in RESOURCES})


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


def well_formed(values: dict[str, Any]) -> dict[str, int]:
    """The limit fields of AllocationLimits among ``values`` as whole numbers, absent ones as 0.

    Raises Invalid for negative ones, for ones no column holds and for a soft limit above its
    hard one; a soft limit of 0 beside a hard one is no soft limit.
    """
    known = {f"{r}_{s}": int(values.get(f"{r}_{s}") or 0) for r in RESOURCES for s in ("soft", "hard")}
    for resource in RESOURCES:
        soft, hard = known[f"{resource}_soft"], known[f"{resource}_hard"]
        if max(soft, hard) > MOST[resource]:
            raise Invalid(
                _("A limit of %(resource)s is at most %(most)s; 0 is no limit.")
                % {"resource": resource, "most": MOST[resource]},
                code="LIMIT-6",
            )
        if min(soft, hard) < 0 or (hard and soft > hard):
            raise Invalid(
                _("The soft limit of %(resource)s (%(soft)s) must be at most the hard one (%(hard)s).")
                % {"resource": resource, "soft": soft, "hard": hard},
                code="LIMIT-6",
            )
    return known


def lines(levels: tuple[Level, ...], requested: Amounts) -> tuple[LimitLine, ...]:
    """Every limited resource at every level. Unlimited ones are left out."""
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
        for resource in RESOURCES
        if getattr(level.limits, f"{resource}_soft") or getattr(level.limits, f"{resource}_hard")
    )


def check(limit_lines: tuple[LimitLine, ...], *, force: bool = False) -> tuple[LimitLine, ...]:
    """Raise LimitExceeded when a hard limit is passed, or a soft one without ``force``.

    Returns the soft limits that were passed by force, for the event.
    """
    hard = [line for line in limit_lines if line.hard_passed]
    if hard:
        raise LimitExceeded(_sentence(hard[0], "hard"), reasons=tuple(_reason(line, "hard") for line in hard))
    soft = tuple(line for line in limit_lines if line.soft_passed)
    if soft and not force:
        raise LimitExceeded(
            _sentence(soft[0], "soft"),
            code="SOFT_LIMIT_EXCEEDED",
            soft=True,
            remedy=_("Confirm that you want to pass the soft limit, or free some resources first."),
            reasons=tuple(_reason(line, "soft") for line in soft),
        )
    return soft


def _sentence(line: LimitLine, strength: str) -> str:
    names = {
        "vcpus": _("virtual CPUs"),
        "memory_mib": _("MiB of memory"),
        "disk_mib": _("MiB of disk"),
        "machines": _("virtual machines"),
    }
    if not line.visible:
        return _("The %(strength)s limit for %(resource)s of your enterprise would be passed.") % {
            "strength": strength,
            "resource": names[line.resource],
        }
    return _(
        "%(name)s would use %(total)s %(resource)s; its %(strength)s limit is %(limit)s "
        "(%(used)s in use, %(requested)s requested)."
    ) % {
        "name": line.level_name,
        "total": line.total,
        "resource": names[line.resource],
        "strength": strength,
        "limit": getattr(line, strength),
        "used": line.used,
        "requested": line.requested,
    }


def _reason(line: LimitLine, strength: str) -> Reason:
    return Reason(
        code="LIMITS_EXCEEDED" if strength == "hard" else "SOFT_LIMIT_EXCEEDED",
        message=_sentence(line, strength),
        remedy=_("Undeploy or shrink something, or ask for a higher limit."),
        numbers=line.as_dict() if line.visible else {},
    )
