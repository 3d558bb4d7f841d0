"""A broker of each kind, and a remote service on it."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from contracts.virtualization import HypervisorEndpoint
from tests.peers.rabbitmq import RabbitMqServer
from tests.peers.redis_server import RedisServer
from tests.peers.server import Server
from tests.remote_services.service_process import Mailbox, ServiceProcess, celery_arguments

KINDS = {"redis": RedisServer, "rabbitmq": RabbitMqServer}


@pytest.fixture(scope="module", params=KINDS)
def broker(request, tmp_path_factory) -> Iterator[Server]:
    """A broker of this module alone. A test that ends it starts it again."""
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "redis":
        server = RedisServer(directory, append_only=True)
    else:
        server = KINDS[request.param](directory)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mailbox(broker, datacenter_id) -> Mailbox:
    mailbox = Mailbox(broker.url, datacenter_id)
    mailbox.collect(0.1)
    mailbox.reports.clear()
    mailbox.observations.clear()
    return mailbox


@pytest.fixture
def service(broker, tmp_path, datacenter_id) -> Iterator[ServiceProcess]:
    state = tmp_path / "state"
    state.mkdir()
    environment = {
        "ATRIUM_BROKER_URL": broker.url,
        "ATRIUM_DATACENTER_ID": str(datacenter_id),
        "ATRIUM_STATE_DIR": str(state),
    }
    process = ServiceProcess(
        *celery_arguments("tests.remote_services.runtime.slow_service"),
        environment=environment,
        log=tmp_path / "service.log",
    )
    yield process.start()
    process.kill()


@pytest.fixture
def endpoint() -> HypervisorEndpoint:
    return HypervisorEndpoint(host_id=uuid4(), driver="fake", uri="fake:///nowhere")


@pytest.fixture
def subject(endpoint) -> dict:
    """What every command needs to say."""
    operation_id: UUID = uuid4()
    return {"operation_id": operation_id, "endpoint": endpoint, "machine_id": uuid4()}
