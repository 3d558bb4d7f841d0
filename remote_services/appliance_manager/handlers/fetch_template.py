"""FetchTemplate."""

import threading
from datetime import UTC, datetime

from contracts.appliance import FetchTemplate
from contracts.uploads import UploadProgressed
from remote_services.appliance_manager.fetching.addresses import AddressPolicy
from remote_services.appliance_manager.fetching.fetch import Fetch, Outfit, patience_of
from remote_services.appliance_manager.fetching.workplace import Workplace
from remote_services.appliance_manager.staging import NoRoom
from remote_services.runtime.broker import Publisher
from remote_services.runtime.full_disk import full_as
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.reporting import observe
from remote_services.runtime.settings import settings

TELL_SECONDS = 1.0
FULL = "The template repository became full while the file was fetched or taken in"


@handles(FetchTemplate)
def fetch_template(command: FetchTemplate, context: Context) -> dict:
    environment = settings()
    outfit = Outfit(
        AddressPolicy(environment.fetch_allowed_networks),
        patience_of(
            environment.fetch_connect_seconds,
            environment.fetch_idle_seconds,
            environment.fetch_total_seconds,
        ),
        environment.fetch_ca_file,
    )
    teller = _Teller(command, context, Publisher(environment.broker_url))
    root = environment.required("repository_dir")
    place = Workplace(root, command.enterprise_id, command.upload_id)
    try:
        with full_as(NoRoom, root, FULL), place.opened():
            finished = Fetch(command, place, outfit, teller.tell).run()
    finally:
        teller.stop()
    return finished.model_dump(mode="json", include={"file_name", "disks", "proposal"})


class _Teller:
    """Tells how far it is, once a second, from its own thread: a broker that is away holds up nothing."""

    def __init__(self, command: FetchTemplate, context: Context, publisher: Publisher) -> None:
        self._command = command
        self._context = context
        self._publisher = publisher
        self._newest: UploadProgressed | None = None
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="progress of a fetch", daemon=True).start()

    def tell(self, received_bytes: int, size_bytes: int | None) -> None:
        self._context.progress(100 * received_bytes // max(size_bytes or self._command.most_bytes, 1))
        self._newest = UploadProgressed(
            upload_id=self._command.upload_id,
            received_bytes=received_bytes,
            size_bytes=size_bytes,
            observed_at=datetime.now(UTC),
        )

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(TELL_SECONDS):
            newest, self._newest = self._newest, None
            if newest is not None:
                observe(self._publisher, newest)
        self._publisher.forget_connection()
