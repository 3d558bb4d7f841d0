"""Admission: the one transaction that checks limits, claims room on a host and starts the operation."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from approvals import services as approvals
from compute.models import VirtualMachine
from compute.placement import place
from compute.services import planning
from compute.services.access import locked_machine, require_action
from compute.services.approving import of_deployment
from compute.services.guest_passwords import prepare_guest
from compute.services.guests import sets_itself_up
from compute.services.planning import Plan, Wanted
from compute.services.rooms import rooms_of
from compute.services.sources import claim_disks
from core.errors import Conflict
from core.prepared import Prepared
from core.transactions import retried_transaction
from infrastructure.models import Host
from infrastructure.services import Admission, admission_of, claim, locked_place_in, record_passed
from networking.models import NetworkKind, Nic
from networking.services import lease_address
from operations.models import Operation
from operations.services import repeated_operation
from operations.services.control import scoped_key
from tenants.limits import Force
from tenants.services.refusals import noting_refusals

KIND = planning.DEPLOY_KIND
_locked_hosts = Prepared(lambda pk: Host.objects.select_for_update().filter(pk=pk).order_by())
_nics = Prepared(
    lambda machine_id: (
        Nic.objects.filter(virtual_machine_id=machine_id)
        .select_related("network", "lease")
        .order_by("position")
    )
)


def plan_deployment(machine: VirtualMachine) -> Plan:
    """The plan for deploying an existing machine."""
    return planning.plan(wanted_by(machine))


def wanted_by(machine: VirtualMachine, nics: Sequence[Nic] | None = None) -> Wanted:
    """What the machine needs; ``nics`` are its own, where the caller has read them already."""
    nics = _nics_of(machine) if nics is None else nics
    nic = next(iter(nics), None)
    return Wanted(
        virtual_datacenter=machine.virtual_datacenter,
        vcpus=machine.vcpus,
        memory_mib=machine.memory_mib,
        disk_mib=machine.disk_mib,
        network=nic.network if nic else None,
        public=any(each.network.kind == NetworkKind.PUBLIC for each in nics),
        guest_drive=sets_itself_up(machine.template),
    )


@noting_refusals
@retried_transaction
def deploy(
    *,
    actor: Any,
    machine_id: int,
    force: bool | Force = False,
    fingerprint: str = "",
    idempotency_key: str | None = None,
    correlation_id: str = "",
) -> Operation:
    """Accept the deployment of a machine: everything it will hold is held when this returns.

    ``force`` passes soft limits, perhaps with a reason and for a while; ``fingerprint`` of a shown
    plan makes this refuse when the plan is no longer the same. Raises NotFound,
    PermissionRefused, Conflict (state, running task, changed plan, VM-155 for a first password that can't be
    mailed), LimitExceeded, NoPlacement.
    """
    machine = locked_machine(actor, machine_id)
    repeated = repeated_operation(actor=actor, idempotency_key=idempotency_key, kind=KIND, resource=machine)
    if repeated:
        return repeated
    require_action(actor, machine, "deploy")
    nics = _nics_of(machine)
    prepare_guest(machine)
    admission, wanted = _locked_admission(machine, nics)
    plan = planning.plan(wanted, with_address=False, admission=admission)
    if fingerprint and fingerprint != plan.fingerprint:
        raise Conflict(
            _("The plan has changed since it was shown: size, price or limits are different now."),
            code="PLAN-CHANGED",
            remedy=_("Look at the new plan and deploy again."),
        )
    passed = admission.check(actor=actor, force=force)
    _claim_room(machine, plan)
    leases = [lease_address(nic) for nic in nics]
    plan = replace(plan, address=leases[0].ip if leases else None)
    operation = approvals.start(
        propose=partial(of_deployment, machine, plan, passed, force),
        enterprise=machine.enterprise,
        kind=KIND,
        resource=machine,
        actor=actor,
        plan=plan.as_dict(actor),
        idempotency_key=scoped_key(actor, idempotency_key),
        correlation_id=correlation_id,
    )
    if passed:
        record_passed(
            actor=actor,
            place=admission.place,
            passed=passed,
            force=force,
            subject=machine,
            operation_id=operation.id,
        )
    return operation


def _locked_admission(machine: VirtualMachine, nics: Sequence[Nic]) -> tuple[Admission, Wanted]:
    """What the machine wants, and what the limits of its place, locked from now on, say to it."""
    there = locked_place_in(
        enterprise_id=machine.enterprise_id, virtual_datacenter_id=machine.virtual_datacenter_id
    )
    machine.enterprise, machine.virtual_datacenter = there.enterprise, there.virtual_datacenter
    wanted = wanted_by(machine, nics)
    return admission_of(there, wanted.amounts), wanted


def _nics_of(machine: VirtualMachine) -> list[Nic]:
    return _nics.all(machine.id)


def _claim_room(machine: VirtualMachine, plan: Plan) -> None:
    """Claim the planned host, looking again under its lock; another one if it filled up or went."""
    wanted, placement = plan.wanted, plan.placement
    while placement.host is not None:
        host = _locked_hosts.first(placement.host.id)
        now = place(rooms_of(host.datacenter_id, host=host) if host else [], wanted.demand)
        if host and now.host is not None:
            claim(machine=machine, host=host, datastore_id=now.datastore.id)
            machine.host = host
            claim_disks(machine, now.datastore.id)
            machine.save(update_fields=["host", "ethernet_driver"])
            return
        rooms = rooms_of(wanted.virtual_datacenter.datacenter_id)
        others = [room for room in rooms if room.id != placement.host.id]
        placement = place(others, wanted.demand)
    raise planning.no_room(placement, wanted)
