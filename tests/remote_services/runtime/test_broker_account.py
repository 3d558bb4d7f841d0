"""The RabbitMQ account of one datacenter: it reports to the server and reaches nobody else's queues."""

from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest
from amqp.exceptions import AccessRefused
from kombu import Connection

from contracts.base import OBSERVATION_QUEUE, OBSERVATION_TASK, REPORT_QUEUE
from contracts.vocabulary import Service, queue_name
from remote_services.runtime.broker import Publisher, queue
from tests.peers.rabbitmq import RabbitMqServer
from tests.remote_services.service_process import server_queue

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory):
    server = RabbitMqServer(tmp_path_factory.mktemp("rabbitmq"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def account(rabbitmq):
    """The datacenter's id and the address with its account, after the server declared its side."""
    datacenter_id, name = uuid4(), "datacenter-north"
    with Connection(rabbitmq.url) as connection:
        for each in (REPORT_QUEUE, OBSERVATION_QUEUE):
            server_queue(each, rabbitmq.url)(connection.channel()).declare()
    own = rf"^dc\.{datacenter_id}\..*$"
    rabbitmq.control("add_user", name, "password")
    rabbitmq.control("set_permissions", "-p", "/", name, own, "^server$", own)
    parts = urlsplit(rabbitmq.url)
    return datacenter_id, urlunsplit(parts._replace(netloc=f"{name}:password@{parts.hostname}:{parts.port}"))


def waiting(url: str, name: str) -> int:
    with Connection(url) as connection:
        return connection.channel().queue_declare(name, passive=True).message_count


def test_it_declares_and_reads_its_own_queue_and_tells_the_server(account, rabbitmq):
    datacenter_id, url = account
    with Connection(url) as connection:
        queue(queue_name(datacenter_id, Service.DHCP), url)(connection.channel()).declare()

    Publisher(url).send(OBSERVATION_QUEUE, OBSERVATION_TASK, b"{}")

    assert waiting(rabbitmq.url, OBSERVATION_QUEUE) == 1


def test_it_puts_nothing_on_another_datacenters_queue(account, rabbitmq):
    _datacenter_id, url = account
    foreign = queue_name(uuid4(), Service.VIRTUALIZATION)
    with Connection(rabbitmq.url) as connection:
        queue(foreign, url)(connection.channel()).declare()

    with pytest.raises(AccessRefused), Connection(url) as connection:
        producer = connection.Producer()
        producer.publish({}, exchange="", routing_key=foreign)
        producer.channel.queue_declare(foreign, passive=True)
    assert waiting(rabbitmq.url, foreign) == 0


def test_it_reads_nothing_of_the_server(account):
    _datacenter_id, url = account

    with pytest.raises(AccessRefused), Connection(url) as connection:
        connection.channel().basic_get(REPORT_QUEUE)
