"""What the system monitor saw, turned into state and events.

An observation never overrules a running operation; the operation's end writes the state.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_noop as _

from compute.models import VirtualMachine
from compute.states import DEPLOYED, MachineState
from contracts.monitoring import HostObserved, MachineObserved, ServiceObserved
from contracts.vocabulary import PowerState
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from infrastructure.models import Host
from infrastructure.services import record_heartbeat, record_reachability
from operations.models import Operation

STATE_OF = {
    PowerState.ON: MachineState.ON,
    PowerState.OFF: MachineState.OFF,
    PowerState.PAUSED: MachineState.PAUSED,
    PowerState.MISSING: MachineState.UNKNOWN,
    PowerState.UNKNOWN: MachineState.UNKNOWN,
}
EVENT_OF = {
    MachineState.ON: "virtual_machine.found_on",
    MachineState.OFF: "virtual_machine.found_off",
    MachineState.PAUSED: "virtual_machine.found_paused",
}
VANISHED = _("The host answers but does not know this machine any more.")
HOST_AWAY = _("The host of this machine does not answer.")


def observe(observation: MachineObserved | HostObserved | ServiceObserved) -> None:
    """Apply one observation; what is unknown or out of date is dropped."""
    match observation:
        case MachineObserved():
            _observe_machine(observation)
        case HostObserved():
            _observe_host(observation)
        case ServiceObserved(datacenter_id=datacenter_id, service=service, observed_at=seen_at):
            record_heartbeat(datacenter_uuid=datacenter_id, service=service, seen_at=seen_at)


def _observe_machine(observation: MachineObserved) -> None:
    if not _noted_during_operation(observation):
        _consider(observation)


def _noted_during_operation(observation: MachineObserved) -> bool:
    """Note the observation in one statement if an operation owns the machine, as it does for most of them."""
    on_host = Host.objects.filter(uuid=observation.host_id).order_by().values("pk")
    owned = Operation.objects.holding("virtual_machine", OuterRef("pk")).under_way()
    older = Q(observed_at__isnull=True) | Q(observed_at__lte=observation.observed_at)
    machines = VirtualMachine.objects.filter(
        Exists(owned.order_by()), older, uuid=observation.machine_id, host_id=Subquery(on_host)
    )
    noted = {"observed_power_state": observation.power_state, "observed_at": observation.observed_at}
    return bool(machines.order_by().update(**noted))


@retried_transaction
def _consider(observation: MachineObserved) -> None:
    machine = (
        VirtualMachine.objects.select_for_update()
        .filter(uuid=observation.machine_id, host__uuid=observation.host_id)
        .first()
    )
    if machine is not None:
        _apply(machine, observation.power_state, observation.observed_at, reason=observation.reason)


@retried_transaction
def _observe_host(observation: HostObserved) -> None:
    host = Host.objects.select_for_update().filter(uuid=observation.host_id).first()
    if host is None or (host.observed_at and observation.observed_at < host.observed_at):
        return
    changed = record_reachability(
        host=host, reachable=observation.reachable, observed_at=observation.observed_at
    )
    if changed:
        kind = "host.reachable" if observation.reachable else "host.unreachable"
        severity = Severity.INFO if observation.reachable else Severity.ERROR
        record_event(
            kind=kind,
            subject=host,
            severity=severity,
            data={"reachable": observation.reachable, "reason": observation.reason},
        )
    if observation.reachable:
        _compare_with_sightings(host, observation)
    else:
        _lose_sight(host, observation)


def _compare_with_sightings(host: Host, observation: HostObserved) -> None:
    seen = {sighting.machine_id: sighting.power_state for sighting in observation.machines}
    for machine in _expected_on(host):
        found = seen.get(machine.uuid, PowerState.MISSING)
        if STATE_OF[found] != machine.state or machine.unknown_reason:
            _apply(machine, found, observation.observed_at)


def _lose_sight(host: Host, observation: HostObserved) -> None:
    for machine in _expected_on(host).filter(state__in=DEPLOYED):
        _apply(machine, PowerState.UNKNOWN, observation.observed_at)


def _expected_on(host: Host):
    """Machines that should be on the host and that no operation works on."""
    states = (*DEPLOYED, MachineState.UNKNOWN)
    machines = VirtualMachine.objects.select_for_update().filter(host=host, state__in=states)
    ids = list(machines.values_list("id", flat=True))
    busy = (
        Operation.objects.active_on("virtual_machine", ids).under_way().values_list("resource_id", flat=True)
    )
    return machines.exclude(id__in=list(busy))


def _apply(machine: VirtualMachine, power_state: PowerState, observed_at: Any, reason: str = "") -> None:
    if machine.observed_at and observed_at < machine.observed_at:
        return
    before = (machine.state, machine.unknown_reason)
    machine.observed_power_state = power_state
    machine.observed_at = observed_at
    if machine.state in (*DEPLOYED, MachineState.UNKNOWN) and not _worked_on(machine):
        machine.state = STATE_OF[power_state]
        machine.unknown_reason = {PowerState.MISSING: VANISHED, PowerState.UNKNOWN: HOST_AWAY}.get(
            power_state, ""
        )
    machine.save(
        update_fields=["observed_power_state", "observed_at", "state", "unknown_reason", "updated_at"]
    )
    if (machine.state, machine.unknown_reason) != before:
        _tell(machine, before[0], reason)


def _worked_on(machine: VirtualMachine) -> bool:
    """One that waits for an approval may do so for days, while the machine lives on."""
    return Operation.objects.active_on("virtual_machine", [machine.id]).under_way().exists()


def _tell(machine: VirtualMachine, was: str, reason: str) -> None:
    unknown = machine.state == MachineState.UNKNOWN
    kind = (
        "virtual_machine.vanished" if machine.unknown_reason == VANISHED else "virtual_machine.out_of_sight"
    )
    record_event(
        kind=kind if unknown else EVENT_OF[machine.state],
        subject=machine,
        severity=Severity.WARN if unknown or machine.state == MachineState.OFF else Severity.INFO,
        data={"state": machine.state, "was": was, "reason": reason or machine.unknown_reason},
    )
