"""Power actions and cold reconfiguration of a deployed machine."""

from django.utils.translation import gettext_lazy as _

from billing.services import open_usage
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from compute.sagas.outcome import settle
from compute.states import MachineState
from contracts import appliance, virtualization
from contracts.vocabulary import PowerState, Service, queue_name
from infrastructure.services import change_claim, endpoint_of
from operations.models import Operation
from operations.saga import Dispatch, Step, register


class PowerSaga(MachineSaga):
    """Ends in ``end_state``; a failed one leaves the state as it was."""

    end_state: str

    def succeeded(self, operation: Operation) -> dict:
        return settle(commands.machine_of(operation), self.end_state)

    def failed(self, operation: Operation) -> dict:
        return {"state": commands.machine_of(operation).state}


@register
class PowerOn(PowerSaga, action="power_on", done="powered_on"):
    """Reserves the address again first: after a restart of the host its bridge is gone."""

    dialect_type = "POWER_ON"
    end_state = MachineState.ON
    steps = (
        Step(name="reserve_address", title=_("Reserve the address"), send=commands.reserve_address),
        Step(name="power_on", title=_("Power on"), send=commands.set_power_state(PowerState.ON)),
    )


@register
class PowerOff(PowerSaga, action="power_off", done="powered_off"):
    dialect_type = "POWER_OFF"
    end_state = MachineState.OFF
    steps = (Step(name="power_off", title=_("Power off"), send=commands.set_power_state(PowerState.OFF)),)


@register
class ShutDown(PowerSaga, action="shut_down", done="shut_down"):
    dialect_type = "SHUTDOWN"
    end_state = MachineState.OFF
    steps = (
        Step(name="shut_down", title=_("Ask the guest to shut down"), send=commands.shut_down, attempts=1),
    )


@register
class Reset(PowerSaga, action="reset", done="reset"):
    dialect_type = "RESET"
    end_state = MachineState.ON
    steps = (Step(name="reset", title=_("Reset"), send=commands.reset),)


@register
class Pause(PowerSaga, action="pause", done="paused"):
    dialect_type = "PAUSE"
    end_state = MachineState.PAUSED
    steps = (Step(name="pause", title=_("Pause"), send=commands.set_power_state(PowerState.PAUSED)),)


@register
class Resume(PowerSaga, action="resume", done="resumed"):
    dialect_type = "RESUME"
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


def _grow_disks(operation: Operation) -> Dispatch | None:
    sizes = operation.parameters.get("disks")
    if not sizes:
        return None
    machine = commands.machine_of(operation)
    orders = tuple(
        appliance.DiskGrowth(
            disk_id=disk.uuid,
            datastore_path=disk.datastore.path,
            size_bytes=sizes[str(disk.pk)] * commands.MIB,
        )
        for disk in machine.disks.select_related("datastore").filter(pk__in=sizes)
    )
    command = appliance.GrowMachineDisks(operation_id=operation.id, machine_id=machine.uuid, disks=orders)
    return Dispatch(queue_name(machine.host.datacenter.uuid, Service.APPLIANCE), command)


@register
class Reconfigure(MachineSaga, action="reconfigure", done="reconfigured"):
    """The greater of both sizes was claimed at admission; the end leaves the claim what the machine has."""

    dialect_type = "RECONFIGURE"
    steps = (
        Step(
            name="define_machine",
            title=_("Change the machine's definition"),
            send=_define_as("after"),
            undo_send=_define_as("before"),
        ),
        # The last, since what a guest may write to is not taken away again.
        Step(name="grow_disks", title=_("Enlarge the disks"), send=_grow_disks),
    )

    def succeeded(self, operation: Operation) -> dict:
        machine, after = commands.machine_of(operation), operation.parameters["after"]
        more_mib = 0
        for pk, size_mib in operation.parameters.get("disks", {}).items():
            disk = machine.disks.get(pk=pk)
            more_mib += size_mib - disk.size_mib
            machine.disks.filter(pk=pk).update(size_mib=size_mib)
        after = after | {"disk_mib": machine.disk_mib + more_mib}
        change_claim(machine_id=machine.id, **after)
        told = settle(machine, MachineState.OFF, **after, hardware_profile=None)
        open_usage(machine)
        return told

    def failed(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        change_claim(
            machine_id=machine.id,
            vcpus=machine.vcpus,
            memory_mib=machine.memory_mib,
            disk_mib=machine.disk_mib,
        )
        return {"state": machine.state}
