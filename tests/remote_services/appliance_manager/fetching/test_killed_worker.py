"""A worker that is killed half-way, with a real broker: the next one goes on where it was."""

import hashlib
import time

import pytest

from contracts.vocabulary import Service
from tests.remote_services.appliance_manager.fetching.conftest import MIB
from tests.remote_services.appliance_manager.fetching.mirror import HERE
from tests.remote_services.service_process import Mailbox, ServiceProcess, celery_arguments

pytestmark = [pytest.mark.server, pytest.mark.slow]
WITHIN_SECONDS = 90


def test_a_killed_worker_is_followed_by_one_that_goes_on(
    depot, mirror, image, redis_url, datacenter_id, tmp_path
):
    environment = {
        "ATRIUM_BROKER_URL": redis_url,
        "ATRIUM_DATACENTER_ID": str(datacenter_id),
        "ATRIUM_STATE_DIR": str(tmp_path / "state"),
        "ATRIUM_REPOSITORY_DIR": str(depot.root),
        "ATRIUM_FETCH_ALLOWED_NETWORKS": f"{HERE}/32",
    }
    arguments = celery_arguments("remote_services.appliance_manager.worker")
    queue = f"dc.{datacenter_id}.{Service.APPLIANCE_FETCH}"
    mailbox = Mailbox(redis_url, datacenter_id)
    command = depot.command(mirror.serve("/disk.qcow2", image, pause_seconds=0.2, piece_bytes=MIB // 2))
    data = depot.root / ".staging" / str(command.upload_id) / "data"

    def worker() -> ServiceProcess:
        return ServiceProcess(*arguments, "-Q", queue, environment=environment, log=tmp_path / "log").start()

    first = worker()
    mailbox.send(command, Service.APPLIANCE_FETCH)
    until = time.monotonic() + WITHIN_SECONDS
    while not (data.exists() and data.stat().st_size >= MIB) and time.monotonic() < until:
        time.sleep(0.05)
    first.kill()
    arrived = data.stat().st_size
    # As the engine does after silence; the broker delivers its own copy when its patience is over.
    mailbox.send(command, Service.APPLIANCE_FETCH)
    second = worker()
    try:
        end = mailbox.end_of(command, WITHIN_SECONDS)
    finally:
        second.stop()

    assert end.output["disks"][0]["sha256"] == hashlib.sha256(image).hexdigest()
    assert mirror.ranges_of("/disk.qcow2") == ["", f"bytes={arrived}-"]
    assert any(each.type == "upload_progressed.v1" for each in mailbox.observations)
