"""A monitor in this process that keeps what it says, and hosts to watch."""

import time
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest

from contracts.base import Message
from contracts.monitoring import HostObserved, MachineObserved
from contracts.virtualization import HypervisorEndpoint, MachineSpec
from contracts.vocabulary import PowerState
from remote_services.system_monitor.monitor import Monitor
from remote_services.system_monitor.subscriptions import Subscriptions


class Heard:
    """What the server would have heard."""

    def __init__(self) -> None:
        self.all: list[Message] = []

    def send(self, observation: Message) -> bool:
        self.all.append(observation)
        return True

    def hosts(self) -> list[HostObserved]:
        return [each for each in self.all if isinstance(each, HostObserved)]

    def states_of(self, machine_id: UUID) -> list[PowerState]:
        return [
            each.power_state
            for each in self.all
            if isinstance(each, MachineObserved) and each.machine_id == machine_id
        ]

    def wait_for(self, condition: Callable[["Heard"], bool], within_seconds: float) -> float | None:
        """Seconds until the condition held, or None when it did not in time."""
        begin = time.monotonic()
        while time.monotonic() - begin < within_seconds:
            if condition(self):
                return time.monotonic() - begin
            time.sleep(0.01)
        return None


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def monitor(heard, own_redis, datacenter_id) -> Iterator[Monitor]:
    monitor = Monitor(Subscriptions(own_redis.url, datacenter_id), heard.send)
    monitor.start()
    yield monitor
    monitor.stop()


@pytest.fixture
def spec() -> MachineSpec:
    return MachineSpec(machine_id=uuid4(), name="watched", vcpus=1, memory_mib=64)


@pytest.fixture
def fake_endpoint(tmp_path) -> HypervisorEndpoint:
    return HypervisorEndpoint(host_id=uuid4(), driver="fake", uri=f"fake://{tmp_path}/host")
