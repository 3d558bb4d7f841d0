"""Whether something has to be approved first: a pure function of rules and what is proposed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Reason


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody is about to start, as rules see it and as approvers will read it.

    ``cost_per_month`` and ``vcpus`` are those of the machine afterwards, 0 when they don't grow.
    ``soft_limits`` are the names of those that are passed by force. ``first_public_ip``: the enterprise
    has no public address yet and would take one. ``private_plan`` is the plan with all that only the
    provider may see.
    """

    kind: str
    cost_per_month: Decimal = Decimal(0)
    currency: str = ""
    vcpus: int = 0
    soft_limits: tuple[str, ...] = ()
    first_public_ip: bool = False
    plan: dict[str, Any] = field(default_factory=dict)
    private_plan: dict[str, Any] = field(default_factory=dict)


def needed(rules: Sequence[Any], proposal: Proposal, actor: Any) -> tuple[Reason, ...]:
    """Why this has to be approved, none when it need not be.

    ``rules`` are those in force, in order; where there are none everything is approved first. The first
    reason names in ``numbers`` the rule that decides who approves. The platform itself (``actor`` None)
    asks nobody.
    """
    if actor is None:
        return ()
    if not rules:
        return (Reason("APPROVAL_ALWAYS", _("In this enterprise everything is approved first.")),)
    met = ((rule, _met(rule, proposal)) for rule in rules)
    return tuple(
        Reason(f"APPROVAL_{rule.condition.upper()}", message, numbers={"rule": rule.id, "name": rule.name})
        for rule, message in met
        if message
    )


def _met(rule: Any, proposal: Proposal) -> str:
    """Why the rule applies, in a sentence; empty when it does not."""
    return CONDITIONS[rule.condition](rule, proposal) if proposal.kind in rule.kinds else ""


def _always(rule: Any, proposal: Proposal) -> str:
    return _("%(rule)s: this is always approved first.") % {"rule": rule.name}


def _soft_limit(rule: Any, proposal: Proposal) -> str:
    if not proposal.soft_limits:
        return ""
    return _("%(rule)s: a soft limit is passed (%(limits)s).") % {
        "rule": rule.name,
        "limits": ", ".join(proposal.soft_limits),
    }


def _public_ip(rule: Any, proposal: Proposal) -> str:
    if not proposal.first_public_ip:
        return ""
    return _("%(rule)s: the enterprise takes its first public address.") % {"rule": rule.name}


def _cost(rule: Any, proposal: Proposal) -> str:
    if proposal.cost_per_month <= rule.threshold:
        return ""
    return _("%(rule)s: it costs %(cost)s %(currency)s a month, more than %(most)s.") % {
        "rule": rule.name,
        "cost": round(proposal.cost_per_month, 2),
        "currency": proposal.currency,
        "most": round(rule.threshold, 2),
    }


def _vcpus(rule: Any, proposal: Proposal) -> str:
    if proposal.vcpus <= rule.threshold:
        return ""
    return _("%(rule)s: it has %(vcpus)s virtual CPUs, more than %(most)s.") % {
        "rule": rule.name,
        "vcpus": proposal.vcpus,
        "most": int(rule.threshold),
    }


CONDITIONS: Mapping[str, Callable[[Any, Proposal], str]] = {
    "any": _always,
    "soft_limit": _soft_limit,
    "public_ip": _public_ip,
    "cost": _cost,
    "vcpus": _vcpus,
}
