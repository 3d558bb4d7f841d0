"""pytest fixtures of the peers. Each starts with its first use; everything ends with the run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.peers import libvirt_host as hosts
from tests.peers import session
from tests.peers.libvirt_host import LibvirtHost
from tests.peers.mariadb import MariaDbServer
from tests.peers.rabbitmq import RabbitMqServer
from tests.peers.redis_server import RedisServer
from tests.peers.server import Server

_guardian_key = pytest.StashKey[session.Guardian]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[_guardian_key] = session.Guardian()


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if _guardian_key in config.stash:
        config.stash[_guardian_key].release()


def _shared_url(name: str, make: Callable[[Path], Server]) -> str:
    def start() -> dict[str, str]:
        server = make(session.run_dir() / name)
        server.start()
        return {"url": server.url}

    return session.started_once(name, start)["url"]


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """`mysql://...` of the run's MariaDB; its account may create databases."""
    return _shared_url("mariadb", MariaDbServer)


@pytest.fixture(scope="session")
def rabbitmq_url() -> str:
    """`amqp://...` of the run's RabbitMQ. Shared: use queue names of your own."""
    return _shared_url("rabbitmq", RabbitMqServer)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """`redis://...` of the run's Redis. Shared: use keys of your own, never FLUSHALL."""
    return _shared_url("redis", RedisServer)


@pytest.fixture(scope="session")
def ldap_directory() -> dict[str, str]:
    """Addresses of the run's LDAP directory; see ``tests.peers.directory``. Its entries are not changed."""
    from tests.peers.directory import DirectoryServer

    def start() -> dict[str, str]:
        server = DirectoryServer(session.run_dir() / "directory")
        server.start()
        return server.description

    return session.started_once("directory", start)


@pytest.fixture(scope="session")
def openid_provider_url() -> str:
    """Issuer of the run's OpenID provider. Shared: use subjects of your own."""
    from tests.peers.openid_provider import OpenIdProviderServer

    return _shared_url("openid", OpenIdProviderServer)


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis for this test alone, to be killed, emptied and restarted at will."""
    yield from _for_this_test(RedisServer(tmp_path / "redis"))


@pytest.fixture
def own_rabbitmq(tmp_path: Path) -> Iterator[RabbitMqServer]:
    """A RabbitMQ for this test alone (4 s), to be killed and restarted at will."""
    yield from _for_this_test(RabbitMqServer(tmp_path / "rabbitmq"))


@pytest.fixture
def own_mariadb(tmp_path: Path) -> Iterator[MariaDbServer]:
    """A MariaDB for this test alone (3 s)."""
    yield from _for_this_test(MariaDbServer(tmp_path / "mariadb"))


def _for_this_test(server: Server) -> Iterator[Server]:
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_libvirt_host() -> Iterator[Callable[[], LibvirtHost]]:
    """Makes started hosts for this test alone; they may be killed and restarted."""
    made = []

    def make() -> LibvirtHost:
        _skip_when_impossible()
        host = hosts.new_host()
        made.append(host)
        host.start()
        return host

    yield make
    for host in made:
        host.stop()


@pytest.fixture(scope="session")
def libvirt_host() -> Iterator[LibvirtHost]:
    """This worker's hypervisor host. Leave no machine behind; don't stop it (see new_libvirt_host)."""
    _skip_when_impossible()
    host = hosts.new_host()
    host.start()
    yield host
    host.stop()


@pytest.fixture(scope="session")
def libvirt_uri(libvirt_host: LibvirtHost) -> str:
    """Address of this worker's hypervisor host."""
    return libvirt_host.uri


@pytest.fixture(scope="session")
def guest_template() -> Path:
    """The tiny Linux image (qcow2), built once per machine. Read only: make overlays."""
    from deploy.embedded import guest_image

    return guest_image.build().image


def _skip_when_impossible() -> None:
    reason = hosts.why_impossible()
    if reason:
        pytest.skip(reason)
