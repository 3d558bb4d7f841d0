"""Opens a machine's console on its host. Blocking; the driver verifies that the machine is ours."""

import socket

from contracts.console import ConsoleRequest
from remote_services.drivers import open_driver
from remote_services.drivers.base import ConsoleProviding, require


def open_console(request: ConsoleRequest) -> socket.socket:
    """A connected socket that speaks the requested protocol. Raises RemoteError."""
    return require(open_driver(request.endpoint), ConsoleProviding).open_console(request.machine_id)
