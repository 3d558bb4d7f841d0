"""The console relay as a process: ``python -m remote_services.console_relay``."""

import asyncio
import logging
import signal
import sys

from remote_services.console_relay.admission import Admission
from remote_services.console_relay.listening import listen
from remote_services.console_relay.machine import open_console
from remote_services.console_relay.relay import Relay
from remote_services.runtime.broker import Publisher
from remote_services.runtime.health import Presence
from remote_services.runtime.settings import settings

SERVICE = "console"


async def run() -> None:
    """Serve until SIGTERM or SIGINT; open consoles are closed then."""
    address = settings().required("console_listen")
    relay = Relay(Admission(settings().required("datacenter_key")), open_console)
    server = await listen(address, relay.serve)
    presence = Presence(Publisher(settings().broker_url), settings().datacenter_id, [SERVICE])
    presence.start()
    logging.getLogger(__name__).info("console relay listens on %s", address)
    stopped = asyncio.Event()
    for kind in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(kind, stopped.set)
    try:
        await stopped.wait()
    finally:
        presence.stop()
        server.close()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        asyncio.run(run())
    except (OSError, ValueError) as error:
        sys.exit(f"The console relay can't listen: {error}")


if __name__ == "__main__":
    main()
