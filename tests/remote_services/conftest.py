"""What all tests of remote services share. They run without Django."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from remote_services.drivers import close_connections
from remote_services.runtime.settings import settings


@pytest.fixture
def datacenter_id() -> UUID:
    """A datacenter of this test alone: its queues are nobody else's."""
    return uuid4()


@pytest.fixture(autouse=True)
def remote_environment(monkeypatch, tmp_path, datacenter_id) -> Iterator[None]:
    """The environment of a remote service, with a broker that nobody listens to."""
    monkeypatch.setenv("ATRIUM_BROKER_URL", f"redis+socket://{tmp_path}/nobody.sock")
    monkeypatch.setenv("ATRIUM_DATACENTER_ID", str(datacenter_id))
    monkeypatch.setenv("ATRIUM_DATACENTER_KEY", "key of the tests")
    monkeypatch.setenv("ATRIUM_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("ATRIUM_DEFAULT_DOMAIN_TYPE", "qemu")
    settings.cache_clear()
    yield
    settings.cache_clear()
    close_connections()
