"""ShutDownMachine."""

from contracts.virtualization import ShutDownMachine
from remote_services.drivers import open_driver
from remote_services.drivers.base import GracefullyStoppable, require
from remote_services.runtime.registry import Context, handles


@handles(ShutDownMachine)
def shut_down_machine(command: ShutDownMachine, context: Context) -> None:
    driver = require(open_driver(command.endpoint), GracefullyStoppable)
    driver.shut_down(command.machine_id, command.timeout_seconds)
