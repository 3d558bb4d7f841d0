"""The relay in front of a real QEMU: its VNC server answers, and a switched-off machine ends the console."""

import asyncio
from uuid import uuid4

import pytest

from contracts.virtualization import HypervisorEndpoint, MachineSpec
from remote_services.console_relay.admission import Admission
from remote_services.console_relay.listening import listen
from remote_services.console_relay.machine import open_console
from remote_services.console_relay.relay import Relay
from remote_services.drivers import connect
from tests.remote_services.console_relay.conftest import KEY, Consoles, RunningRelay, console_request

pytestmark = pytest.mark.hypervisor


@pytest.fixture
def endpoint(libvirt_uri) -> HypervisorEndpoint:
    return HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=libvirt_uri)


@pytest.fixture
def driver(endpoint):
    driver = connect(endpoint)
    yield driver
    driver.close()


@pytest.fixture
def machine_id(driver):
    spec = MachineSpec(machine_id=uuid4(), name="console", vcpus=1, memory_mib=64)
    driver.define(spec)
    yield spec.machine_id
    driver.undefine(spec.machine_id)


@pytest.fixture
async def real_relay(tmp_path):
    path = tmp_path / "relay"
    server = await listen(f"unix://{path}", Relay(Admission(KEY), open_console).serve)
    yield RunningRelay(str(path), Consoles())
    server.close()


async def test_the_vnc_server_answers_and_the_end_of_the_machine_is_heard(
    real_relay, endpoint, driver, machine_id
):
    driver.start(machine_id)
    answer, reader, writer = await real_relay.ask(console_request(endpoint=endpoint, machine_id=machine_id))
    assert answer == b"OK\n"
    assert await asyncio.wait_for(reader.readexactly(12), 10) == b"RFB 003.008\n"
    writer.write(b"RFB 003.008\n")
    # One security type, and it is "none": who got this far has shown a ticket.
    assert await asyncio.wait_for(reader.readexactly(2), 10) == b"\x01\x01"
    await asyncio.to_thread(driver.power_off, machine_id)
    assert await asyncio.wait_for(reader.read(), 10) == b""


async def test_a_machine_that_is_off_has_no_console(real_relay, endpoint, machine_id):
    answer, *_ = await real_relay.ask(console_request(endpoint=endpoint, machine_id=machine_id))
    assert answer.startswith(b"ERROR hypervisor_refused ")


async def test_a_machine_the_host_does_not_know_has_no_console(real_relay, endpoint):
    answer, *_ = await real_relay.ask(console_request(endpoint=endpoint))
    assert answer.startswith(b"ERROR machine_not_found ")


async def test_a_host_that_is_away_is_told_as_unreachable(real_relay):
    away = HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri="qemu+unix:///system?socket=/nowhere")
    answer, *_ = await real_relay.ask(console_request(endpoint=away))
    assert answer.startswith(b"ERROR unreachable ")
