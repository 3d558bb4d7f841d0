"""Deploying and undeploying every machine of a virtual appliance: one operation for each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from compute.models import VirtualAppliance, VirtualMachine
from compute.services.deployment import deploy
from compute.services.power import perform
from compute.states import ACTIONS, DEPLOYED, MachineState
from core.errors import Conflict, DomainError
from operations.models import Operation
from tenants.access import require
from tenants.limits import Force

Start = Callable[[int, str | None], Operation]


@dataclass(frozen=True)
class Outcome:
    """``started`` are pairs of a machine's id and its operation; ``refusals`` name their machine."""

    started: tuple[tuple[int, Operation], ...]
    refusals: tuple[DomainError, ...]


def deploy_virtual_appliance(
    *,
    actor: Any,
    virtual_appliance: VirtualAppliance,
    force: bool | Force = False,
    idempotency_key: str | None = None,
    correlation_id: str = "",
) -> Outcome:
    """Deploy the machines that are not deployed; each is admitted or refused by itself.

    ``force`` passes soft limits, perhaps with a reason and for a while. Raises Conflict when the
    appliance is empty (VAPP-12) or all of it is deployed (VAPP-3).
    """

    def start(machine_id: int, key: str | None) -> Operation:
        return deploy(
            actor=actor,
            machine_id=machine_id,
            force=force,
            idempotency_key=key,
            correlation_id=correlation_id,
        )

    return _each_machine(
        actor=actor,
        appliance=virtual_appliance,
        key=idempotency_key,
        start=start,
        done=DEPLOYED,
        nothing_left=Conflict(_("Every machine is deployed already."), code="VAPP-3"),
    )


def undeploy_virtual_appliance(
    *,
    actor: Any,
    virtual_appliance: VirtualAppliance,
    idempotency_key: str | None = None,
    correlation_id: str = "",
) -> Outcome:
    """Undeploy the machines that are deployed; each is accepted or refused by itself.

    Raises Conflict when the appliance is empty (VAPP-12) or nothing of it is deployed (VAPP-1).
    """

    def start(machine_id: int, key: str | None) -> Operation:
        return perform(
            actor=actor,
            machine_id=machine_id,
            action_name="undeploy",
            idempotency_key=key,
            correlation_id=correlation_id,
        )

    return _each_machine(
        actor=actor,
        appliance=virtual_appliance,
        key=idempotency_key,
        start=start,
        done=(MachineState.NOT_ALLOCATED,),
        nothing_left=Conflict(_("No machine is deployed."), code="VAPP-1"),
    )


def _each_machine(
    *,
    actor: Any,
    appliance: VirtualAppliance,
    key: str | None,
    start: Start,
    done: tuple[str, ...],
    nothing_left: Conflict,
) -> Outcome:
    """Ask every machine, so that a repeated request finds the operations of the first one by its key.

    A machine that is where it should be, with nothing working on it, is neither started nor refused.
    """
    require(actor, ACTIONS["deploy"].privilege, appliance)
    machines = VirtualMachine.objects.visible_to(actor).filter(virtual_appliance=appliance)
    found = list(machines.with_locked().order_by("id").values_list("id", "name", "state", "locked"))
    if not found:
        raise Conflict(
            _("%(name)s holds no machines.") % {"name": appliance.name},
            code="VAPP-12",
            remedy=_("Create one first."),
        )
    started, refusals = [], []
    for pk, name, state, locked in found:
        try:
            started.append((pk, start(pk, f"{key}:{pk}" if key else None)))
        except DomainError as error:
            if locked or state not in done:
                refusals.append(_named(error, name))
    if not started and not refusals:
        raise nothing_left
    return Outcome(tuple(started), tuple(refusals))


def _named(error: DomainError, machine_name: str) -> DomainError:
    """The error with the machine's name before its sentence."""
    told = f"{machine_name}: {error.message}"
    error.reasons = tuple(
        replace(reason, message=told) if reason.message == error.message else reason
        for reason in error.reasons
    )
    error.message = told
    return error
