"""The appliance manager's HTTP service as a process: ``python -m remote_services.appliance_manager.http``."""

import logging
import sys
from urllib.parse import urlsplit

import uvicorn

from remote_services.appliance_manager.announcing import Announcer
from remote_services.appliance_manager.http.application import make_application
from remote_services.appliance_manager.intake import Intake
from remote_services.runtime.broker import Publisher
from remote_services.runtime.health import Presence
from remote_services.runtime.settings import settings

SERVICE = "appliance.http"
GRACE_SECONDS = 5


def run() -> None:
    """Serve until SIGTERM or SIGINT. Raises ValueError for an address that is no tcp://host:port."""
    environment = settings()
    address = environment.required("appliance_listen")
    parts = urlsplit(address)
    if parts.scheme != "tcp" or not parts.hostname or parts.port is None:
        raise ValueError(f"{address!r} is not tcp://host:port")
    publisher = Publisher(environment.broker_url)
    intake = Intake(environment.required("repository_dir"), Announcer(publisher, environment.state_dir))
    application = make_application(
        intake=intake,
        key=environment.required("datacenter_key"),
        datacenter_id=environment.datacenter_id,
        state_dir=environment.state_dir,
        server_url=environment.server_url,
    )
    presence = Presence(publisher, environment.datacenter_id, [SERVICE])
    presence.start()
    try:
        uvicorn.run(
            application, host=parts.hostname, port=parts.port, access_log=False, log_config=None,
            server_header=False, timeout_graceful_shutdown=GRACE_SECONDS,
        )  # fmt: skip
    finally:
        presence.stop()


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # It tells of every request at INFO.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        run()
    except ValueError as error:
        sys.exit(f"The appliance manager can't listen: {error}")


if __name__ == "__main__":
    main()
