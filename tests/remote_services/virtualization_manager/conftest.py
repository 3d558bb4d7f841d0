"""The virtualization manager as it runs, on a broker of its own."""

from collections.abc import Callable, Iterator

import pytest

from contracts.vocabulary import Service, queue_name
from tests.remote_services.service_process import Mailbox, ServiceProcess, celery_arguments


@pytest.fixture
def mailbox(own_redis, datacenter_id) -> Mailbox:
    return Mailbox(own_redis.url, datacenter_id)


@pytest.fixture
def start_manager(own_redis, tmp_path, datacenter_id) -> Iterator[Callable[[Service], ServiceProcess]]:
    started = []

    def start(service: Service) -> ServiceProcess:
        process = ServiceProcess(
            *celery_arguments("remote_services.virtualization_manager.worker"),
            "-Q",
            queue_name(datacenter_id, service),
            environment={
                "ATRIUM_BROKER_URL": own_redis.url,
                "ATRIUM_DATACENTER_ID": str(datacenter_id),
                "ATRIUM_STATE_DIR": str(tmp_path / "state"),
            },
            log=tmp_path / f"{service}.log",
        )
        started.append(process)
        return process.start()

    yield start
    for process in started:
        process.kill()
