"""SetPowerState: ON, OFF or PAUSED."""

from contracts.virtualization import SetPowerState
from contracts.vocabulary import PowerState
from remote_services.drivers import open_driver
from remote_services.drivers.base import Pausable, require
from remote_services.runtime.errors import HypervisorRefused
from remote_services.runtime.registry import Context, handles


@handles(SetPowerState)
def set_power_state(command: SetPowerState, context: Context) -> None:
    driver = open_driver(command.endpoint)
    match command.state:
        case PowerState.ON:
            driver.start(command.machine_id)
        case PowerState.OFF:
            driver.power_off(command.machine_id)
        case PowerState.PAUSED:
            require(driver, Pausable).pause(command.machine_id)
        case other:
            raise HypervisorRefused(f"No machine can be brought to “{other}”.")
