"""Power actions and cold reconfiguration of a deployed machine."""

from django.utils.translation import gettext_lazy as _

from billing.services import open_usage
from compute.sagas import commands
from compute.sagas.outcome import require_state, settle
from compute.states import ACTIONS, MachineState
from contracts import virtualization
from contracts.vocabulary import PowerState, Service, queue_name
from infrastructure.services import change_claim, endpoint_of
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register


class PowerSaga(Saga):
    """Ends in ``end_state``; a failed one leaves the state as it was."""

    end_state: str

    def succeeded(self, operation: Operation) -> dict:
        return settle(commands.machine_of(operation), self.end_state)

    def failed(self, operation: Operation) -> dict:
        return {"state": commands.machine_of(operation).state}


@register
class PowerOn(PowerSaga):
    """Reserves the address again first: after a restart of the host its bridge is gone."""

    kind = "virtual_machine.power_on"
    privilege = ACTIONS["power_on"].privilege
    title = _("Power on")
    dialect_type = "POWER_ON"
    done_event = "virtual_machine.powered_on"
    failed_event = "virtual_machine.power_on_failed"
    end_state = MachineState.ON
    steps = (
        Step(name="reserve_address", title=_("Reserve the address"), send=commands.reserve_address),
        Step(name="power_on", title=_("Power on"), send=commands.set_power_state(PowerState.ON)),
    )


@register
class PowerOff(PowerSaga):
    kind = "virtual_machine.power_off"
    privilege = ACTIONS["power_off"].privilege
    title = _("Power off")
    dialect_type = "POWER_OFF"
    done_event = "virtual_machine.powered_off"
    failed_event = "virtual_machine.power_off_failed"
    end_state = MachineState.OFF
    steps = (Step(name="power_off", title=_("Power off"), send=commands.set_power_state(PowerState.OFF)),)


@register
class ShutDown(PowerSaga):
    kind = "virtual_machine.shut_down"
    privilege = ACTIONS["shut_down"].privilege
    title = _("Shut down")
    dialect_type = "SHUTDOWN"
    done_event = "virtual_machine.shut_down"
    failed_event = "virtual_machine.shut_down_failed"
    end_state = MachineState.OFF
    steps = (
        Step(name="shut_down", title=_("Ask the guest to shut down"), send=commands.shut_down, attempts=1),
    )


@register
class Reset(PowerSaga):
    kind = "virtual_machine.reset"
    privilege = ACTIONS["reset"].privilege
    title = _("Reset")
    dialect_type = "RESET"
    done_event = "virtual_machine.reset"
    failed_event = "virtual_machine.reset_failed"
    end_state = MachineState.ON
    steps = (Step(name="reset", title=_("Reset"), send=commands.reset),)


@register
class Pause(PowerSaga):
    kind = "virtual_machine.pause"
    privilege = ACTIONS["pause"].privilege
    title = _("Pause")
    dialect_type = "PAUSE"
    done_event = "virtual_machine.paused"
    failed_event = "virtual_machine.pause_failed"
    end_state = MachineState.PAUSED
    steps = (Step(name="pause", title=_("Pause"), send=commands.set_power_state(PowerState.PAUSED)),)


@register
class Resume(PowerSaga):
    kind = "virtual_machine.resume"
    privilege = ACTIONS["resume"].privilege
    title = _("Resume")
    dialect_type = "RESUME"
    done_event = "virtual_machine.resumed"
    failed_event = "virtual_machine.resume_failed"
    end_state = MachineState.ON
    steps = (Step(name="resume", title=_("Resume"), send=commands.set_power_state(PowerState.ON)),)


def _define_as(size: str):
    """A step's ``send`` that redefines the machine with the size before or after the change."""

    def send(operation: Operation) -> Dispatch:
        machine = commands.machine_of(operation)
        command = virtualization.DefineMachine(
            operation_id=operation.id,
            endpoint=endpoint_of(machine.host),
            spec=commands.spec_of(machine, **operation.parameters[size]),
        )
        queue = queue_name(machine.host.datacenter.uuid, Service.VIRTUALIZATION)
        return Dispatch(queue, command, target=f"host:{machine.host_id}")

    return send


@register
class Reconfigure(Saga):
    """The greater of both sizes was claimed at admission; the end leaves the claim what the machine has."""

    kind = "virtual_machine.reconfigure"
    privilege = ACTIONS["reconfigure"].privilege
    title = _("Reconfigure")
    dialect_type = "RECONFIGURE"
    done_event = "virtual_machine.reconfigured"
    failed_event = "virtual_machine.reconfigure_failed"
    steps = (
        Step(
            name="define_machine",
            title=_("Change the machine's definition"),
            send=_define_as("after"),
            undo_send=_define_as("before"),
        ),
    )

    def succeeded(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        change_claim(machine_id=machine.id, **operation.parameters["after"])
        told = settle(machine, MachineState.OFF, **operation.parameters["after"], hardware_profile=None)
        open_usage(machine)
        return told

    def released(self, operation: Operation) -> None:
        require_state(operation, "reconfigure")

    def failed(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        change_claim(machine_id=machine.id, vcpus=machine.vcpus, memory_mib=machine.memory_mib)
        return {"state": machine.state}
