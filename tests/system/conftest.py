"""A running stack for the tests of one module, and a tenant of it."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.peers import libvirt_host as hosts
from tests.peers import session
from tests.peers.rabbitmq import RabbitMqServer
from tests.peers.redis_server import RedisServer


@pytest.fixture(scope="module")
def peers(mariadb_url):
    """RabbitMQ, Redis and a hypervisor host of this module's own, to be killed at will."""
    reason = hosts.why_impossible()
    if reason:
        pytest.skip(reason)
    directory = Path(tempfile.mkdtemp(prefix="peers-", dir=session.run_dir()))
    rabbitmq, redis, host = (
        RabbitMqServer(directory / "rabbitmq"),
        RedisServer(directory / "redis"),
        hosts.new_host(),
    )
    for peer in (rabbitmq, redis, host):
        peer.start()
    yield rabbitmq, redis, host
    for peer in (host, redis, rabbitmq):
        peer.stop()


@pytest.fixture(scope="module")
def stack(peers, mariadb_url, guest_template):
    from tests.system.database import new_database
    from tests.system.stack import Stack

    rabbitmq, redis, host = peers
    directory = Path(tempfile.mkdtemp(prefix="atrium-"))
    stack = Stack(
        directory,
        database_url=new_database(mariadb_url),
        broker_url=rabbitmq.url,
        redis_url=redis.url,
        host=host,
    )
    stack.rabbitmq, stack.redis = rabbitmq, redis
    try:
        stack.prepare(guest_template)
        stack.start()
        yield stack
    finally:
        stack.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def tenant(stack):
    from tests.system.tenant import Tenant

    return Tenant(stack)
