"""ResetMachine."""

from contracts.virtualization import ResetMachine
from remote_services.drivers import open_driver
from remote_services.drivers.base import Resettable, require
from remote_services.runtime.registry import Context, handles


@handles(ResetMachine)
def reset_machine(command: ResetMachine, context: Context) -> None:
    require(open_driver(command.endpoint), Resettable).reset(command.machine_id)
