"""UndefineMachine."""

from contracts.virtualization import UndefineMachine
from remote_services.drivers import open_driver
from remote_services.runtime.registry import Context, handles


@handles(UndefineMachine)
def undefine_machine(command: UndefineMachine, context: Context) -> None:
    open_driver(command.endpoint).undefine(command.machine_id)
