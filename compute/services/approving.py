"""What is proposed to approvers when something is done to a machine that may have to wait for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet

from approvals import services as approvals
from approvals.models import Kind
from approvals.needs import Proposal
from billing.quotes import Quote, quote
from billing.services import prices_in_force
from compute.models import VirtualMachine
from compute.services.planning import Plan
from core.errors import Reason
from networking.models import AddressLease, NetworkKind, Nic
from tenants.limits import Force, LimitLine

DEPARTURES = ("undeploy", "delete")


@dataclass(frozen=True)
class _Reader:
    """Somebody a plan is written for who is nobody in particular."""

    privileges: frozenset[str]
    sees_all_enterprises: bool


TENANT = _Reader(frozenset(), sees_all_enterprises=False)
PROVIDER = _Reader(frozenset({"PHYS_DC_RETRIEVE_DETAILS", "USERS_MANAGE_ENTERPRISE"}), True)


def of_deployment(
    machine: VirtualMachine, plan: Plan, passed: Iterable[LimitLine], force: bool | Force = False
) -> Proposal:
    """A deployment as it was planned; ``passed`` were forced, ``force`` may tell why."""
    more = _size(machine) | _why(force)
    return Proposal(
        kind=Kind.DEPLOY,
        cost_per_month=plan.quote.per_month,
        currency=plan.quote.currency,
        vcpus=machine.vcpus,
        soft_limits=_resources(passed),
        first_public_ip=_takes_first_public_ip(machine),
        plan=plan.as_dict(TENANT) | more,
        private_plan=plan.as_dict(PROVIDER) | more,
    )


def foreseen_approval(actor: Any, plan: Plan) -> tuple[Reason, ...]:
    """Why the machines of a plan that is shown would wait for approval, each by itself."""
    propose = partial(_of_one_of, plan)
    return approvals.foreseen(
        propose=propose, enterprise=plan.wanted.virtual_datacenter.enterprise, actor=actor
    )


def _of_one_of(plan: Plan) -> Proposal:
    wanted = plan.wanted
    price = quote(
        prices_in_force(), vcpus=wanted.vcpus, memory_mib=wanted.memory_mib, disk_mib=wanted.disk_mib
    )
    public = wanted.public or (wanted.network is not None and wanted.network.kind == NetworkKind.PUBLIC)
    return Proposal(
        kind=Kind.DEPLOY,
        cost_per_month=price.per_month,
        currency=price.currency,
        vcpus=wanted.vcpus,
        soft_limits=_resources(line for line in plan.limit_lines if line.soft_passed),
        first_public_ip=public and not _public_leases(wanted.virtual_datacenter.enterprise_id).exists(),
    )


def of_departure(machine: VirtualMachine, action_name: str) -> Proposal:
    """Undeploying or deleting: what is lost, and what is no longer paid."""
    addresses = AddressLease.objects.filter(nic__virtual_machine_id=machine.id).values_list("ip", flat=True)
    plan = {
        "action": action_name,
        "loses": {"disk_mib": machine.disk_mib, "addresses": list(addresses)},
        "price_before": _quote(machine).as_dict(),
    } | _size(machine)
    return Proposal(kind=Kind.UNDEPLOY, plan=plan, private_plan=plan)


def of_new_size(
    machine: VirtualMachine,
    *,
    size: dict[str, int],
    passed: Iterable[LimitLine],
    force: bool | Force = False,
) -> Proposal:
    """Another size: price and size before and after. A smaller one raises neither cost nor number."""
    before, after = _quote(machine), _quote(machine, **size)
    passed = tuple(passed)
    plan = {
        "before": _size(machine),
        "after": size,
        "price_before": before.as_dict(),
        "price": after.as_dict(),
    } | _why(force)
    return Proposal(
        kind=Kind.RECONFIGURE,
        cost_per_month=after.per_month if after.per_month > before.per_month else 0,
        currency=after.currency,
        vcpus=size["vcpus"] if size["vcpus"] > machine.vcpus else 0,
        soft_limits=_resources(passed),
        plan=plan | {"limits": [line.as_dict() for line in passed if line.visible]},
        private_plan=plan | {"limits": [line.as_dict() for line in passed]},
    )


def _takes_first_public_ip(machine: VirtualMachine) -> bool:
    """Whether a card of the machine stands in a public network while the enterprise has no other
    public address."""
    if not Nic.objects.filter(virtual_machine_id=machine.id, network__kind=NetworkKind.PUBLIC).exists():
        return False
    held = _public_leases(machine.enterprise_id)
    return not held.exclude(nic__virtual_machine_id=machine.id).exists()


def _public_leases(enterprise_id: int) -> QuerySet[AddressLease]:
    return AddressLease.objects.filter(enterprise_id=enterprise_id, network__kind=NetworkKind.PUBLIC)


def _resources(passed: Iterable[LimitLine]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.resource for line in passed))


def _why(force: bool | Force) -> dict[str, str]:
    reason = getattr(force, "reason", "")
    return {"because": reason} if reason else {}


def _size(machine: VirtualMachine) -> dict[str, Any]:
    return {"vcpus": machine.vcpus, "memory_mib": machine.memory_mib, "disk_mib": machine.disk_mib}


def _quote(machine: VirtualMachine, **size: int) -> Quote:
    wanted = _size(machine) | size
    return quote(prices_in_force(), **wanted)
