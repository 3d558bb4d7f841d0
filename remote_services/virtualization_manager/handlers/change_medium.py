"""InsertMedium and EjectMedium."""

from contracts.virtualization import EjectMedium, InsertMedium
from remote_services.drivers import open_driver
from remote_services.drivers.base import MediaChanging, require
from remote_services.runtime.registry import Context, handles


@handles(InsertMedium)
def insert_medium(command: InsertMedium, context: Context) -> None:
    driver = require(open_driver(command.endpoint), MediaChanging)
    driver.insert_medium(command.machine_id, command.path, command.format)


@handles(EjectMedium)
def eject_medium(command: EjectMedium, context: Context) -> None:
    driver = require(open_driver(command.endpoint), MediaChanging)
    driver.eject_medium(command.machine_id, command.path, command.force)
