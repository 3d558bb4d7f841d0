"""DefineMachine."""

from contracts.virtualization import DefineMachine
from remote_services.drivers import open_driver
from remote_services.runtime.registry import Context, handles


@handles(DefineMachine)
def define_machine(command: DefineMachine, context: Context) -> None:
    open_driver(command.endpoint).define(command.spec)
