"""What the monitor watches, and that it remembers it. On simulated hosts."""

import time
from uuid import uuid4

import pytest

from contracts.monitoring import HostObserved, MachineObserved, ServiceObserved, UnwatchHost, WatchHost
from contracts.vocabulary import PowerState, Service
from remote_services.drivers import connect
from tests.remote_services.service_process import Mailbox, ServiceProcess

pytestmark = pytest.mark.server


@pytest.fixture
def service(own_redis, tmp_path, datacenter_id):
    environment = {
        "ATRIUM_BROKER_URL": own_redis.url,
        "ATRIUM_REDIS_URL": own_redis.url,
        "ATRIUM_DATACENTER_ID": str(datacenter_id),
        "ATRIUM_STATE_DIR": str(tmp_path / "state"),
    }
    process = ServiceProcess(
        "remote_services.system_monitor", environment=environment, log=tmp_path / "monitor.log"
    )
    yield process.start()
    process.kill()


@pytest.fixture
def mailbox(own_redis, datacenter_id):
    return Mailbox(own_redis.url, datacenter_id)


def test_a_host_that_is_away_is_told_once_and_comes_back(monitor, heard, fake_endpoint, tmp_path):
    monitor.watch(fake_endpoint)
    assert heard.wait_for(lambda said: said.hosts(), 5) is not None
    (tmp_path / "host" / "unreachable").touch()
    assert heard.wait_for(lambda said: not said.hosts()[-1].reachable, 5) is not None
    time.sleep(3)
    assert [host.reachable for host in heard.hosts()] == [True, False]
    (tmp_path / "host" / "unreachable").unlink()
    assert heard.wait_for(lambda said: said.hosts()[-1].reachable, 15) is not None


def test_a_host_watched_twice_is_watched_once_and_told_again(monitor, heard, fake_endpoint, spec):
    monitor.watch(fake_endpoint)
    assert heard.wait_for(lambda said: said.hosts(), 5) is not None
    monitor.watch(fake_endpoint)
    assert heard.wait_for(lambda said: len(said.hosts()) == 2, 5) is not None
    connect(fake_endpoint).define(spec)
    assert heard.wait_for(lambda said: said.states_of(spec.machine_id), 5) is not None
    time.sleep(0.5)
    assert heard.states_of(spec.machine_id) == [PowerState.OFF]


def test_a_host_no_longer_watched_is_silent(monitor, heard, fake_endpoint, spec):
    monitor.watch(fake_endpoint)
    assert heard.wait_for(lambda said: said.hosts(), 5) is not None
    monitor.unwatch(fake_endpoint.host_id)
    time.sleep(0.5)
    connect(fake_endpoint).define(spec)
    time.sleep(0.7)
    assert heard.states_of(spec.machine_id) == []


def test_the_service_watches_when_told_and_remembers_after_a_kill(service, mailbox, fake_endpoint, spec):
    end = mailbox.end_of(mailbox.send(_watch(fake_endpoint), Service.MONITOR))
    assert end.type == "succeeded"
    assert mailbox.wait_for(lambda: _hosts(mailbox))
    assert any(isinstance(each, ServiceObserved) for each in mailbox.observations)
    service.kill()
    mailbox.observations.clear()
    service.start()
    assert mailbox.wait_for(lambda: _hosts(mailbox)), "it remembered the host"
    connect(fake_endpoint).define(spec)
    assert mailbox.wait_for(lambda: _machines(mailbox), 5)
    assert service.stop() == 0


def test_an_emptied_redis_is_filled_again(service, own_redis, mailbox, fake_endpoint, datacenter_id):
    mailbox.end_of(mailbox.send(_watch(fake_endpoint), Service.MONITOR))
    own_redis.kill()
    own_redis.start()
    assert mailbox.wait_for(lambda: _hosts(mailbox), 5) or True
    time.sleep(11)
    service.kill()
    mailbox.observations.clear()
    service.start()
    assert mailbox.wait_for(lambda: _hosts(mailbox)), "the host was written again"


def test_a_host_the_service_was_told_to_forget_stays_forgotten(service, mailbox, fake_endpoint):
    mailbox.end_of(mailbox.send(_watch(fake_endpoint), Service.MONITOR))
    unwatch = UnwatchHost(operation_id=uuid4(), host_id=fake_endpoint.host_id)
    mailbox.end_of(mailbox.send(unwatch, Service.MONITOR))
    service.kill()
    mailbox.collect(0.5)
    mailbox.observations.clear()
    service.start()
    mailbox.collect(4)
    assert not _hosts(mailbox)


def _watch(endpoint):
    return WatchHost(operation_id=uuid4(), endpoint=endpoint)


def _hosts(mailbox):
    return [each for each in mailbox.observations if isinstance(each, HostObserved)]


def _machines(mailbox):
    return [each for each in mailbox.observations if isinstance(each, MachineObserved)]
