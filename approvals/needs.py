"""Whether something has to be approved first: a pure function of rules and what is proposed.

Reasons are kept as a code with figures, so that everybody reads them in their own language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.ui.amounts import month_price_text
from tenants.limits.wording import name_of


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What somebody is about to start, as rules see it and as approvers will read it.

    ``cost_per_month`` and ``vcpus`` are those of the machine afterwards, 0 when they don't grow.
    ``soft_limits`` are the resources of those that are passed by force. ``first_public_ip``: the enterprise
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
        return (Reason(ALWAYS, str(SENTENCES[ALWAYS])),)
    met = ((rule, _met(rule, proposal)) for rule in rules)
    return tuple(_reason(rule, figures) for rule, figures in met if figures is not None)


def sentence(reason: Mapping[str, Any]) -> str:
    """A reason, as it was kept, in the language that is spoken now; that of its writing when there are no
    words for it."""
    words, numbers = SENTENCES.get(reason["code"]), reason.get("numbers") or {}
    try:
        return str(words) % (numbers | _shown(numbers)) if words else reason["message"]
    except KeyError:
        return reason["message"]


def _reason(rule: Any, figures: dict[str, Any]) -> Reason:
    code, numbers = f"APPROVAL_{rule.condition.upper()}", {"rule": rule.id, "name": rule.name} | figures
    return Reason(code, sentence({"code": code, "numbers": numbers, "message": ""}), numbers=numbers)


def _shown(numbers: Mapping[str, Any]) -> dict[str, str]:
    """The figures as they are read."""
    shown = {
        name: month_price_text(Decimal(numbers[name])) for name in ("cost", "threshold") if name in numbers
    }
    if "limits" in numbers:
        shown["limits"] = ", ".join(name_of(each) for each in numbers["limits"])
    return shown


def _met(rule: Any, proposal: Proposal) -> dict[str, Any] | None:
    """The figures by which the rule applies; None when it does not."""
    return CONDITIONS[rule.condition](rule, proposal) if proposal.kind in rule.kinds else None


def _always(rule: Any, proposal: Proposal) -> dict[str, Any]:
    return {}


def _soft_limit(rule: Any, proposal: Proposal) -> dict[str, Any] | None:
    return {"limits": list(proposal.soft_limits)} if proposal.soft_limits else None


def _public_ip(rule: Any, proposal: Proposal) -> dict[str, Any] | None:
    return {} if proposal.first_public_ip else None


def _cost(rule: Any, proposal: Proposal) -> dict[str, Any] | None:
    if proposal.cost_per_month <= rule.threshold:
        return None
    cost = {"cost": str(proposal.cost_per_month), "currency": proposal.currency}
    return cost | {"threshold": str(rule.threshold)}


def _vcpus(rule: Any, proposal: Proposal) -> dict[str, Any] | None:
    if proposal.vcpus <= rule.threshold:
        return None
    return {"vcpus": proposal.vcpus, "most": int(rule.threshold)}


CONDITIONS: Mapping[str, Callable[[Any, Proposal], dict[str, Any] | None]] = {
    "any": _always,
    "soft_limit": _soft_limit,
    "public_ip": _public_ip,
    "cost": _cost,
    "vcpus": _vcpus,
}
ALWAYS = "APPROVAL_ALWAYS"
SENTENCES = {
    ALWAYS: _("In this enterprise everything is approved first."),
    "APPROVAL_ANY": _("%(name)s: this is always approved first."),
    "APPROVAL_SOFT_LIMIT": _("%(name)s: a soft limit is passed (%(limits)s)."),
    "APPROVAL_PUBLIC_IP": _("%(name)s: the enterprise takes its first public address."),
    "APPROVAL_COST": _("%(name)s: it costs %(cost)s %(currency)s a month, more than %(threshold)s."),
    "APPROVAL_VCPUS": _("%(name)s: it has %(vcpus)s virtual CPUs, more than %(most)s."),
}
