"""The monitor on a real libvirtd with real QEMU processes, killed behind our back."""

import os
import signal
import subprocess
from uuid import uuid4

import pytest

from contracts.virtualization import HypervisorEndpoint
from contracts.vocabulary import PowerState
from remote_services.drivers import connect

pytestmark = pytest.mark.hypervisor


@pytest.fixture
def libvirtd(new_libvirt_host):
    return new_libvirt_host()


@pytest.fixture
def endpoint(libvirtd):
    return HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=libvirtd.uri)


@pytest.fixture
def running_machine(endpoint, spec, monitor, heard):
    driver = connect(endpoint)
    driver.define(spec)
    driver.start(spec.machine_id)
    monitor.watch(endpoint)
    assert heard.wait_for(lambda said: said.hosts(), 10) is not None
    assert [sighting.power_state for sighting in heard.hosts()[0].machines] == [PowerState.ON]
    yield spec.machine_id
    driver.close()


def test_a_machine_whose_qemu_is_killed_is_seen_off_within_a_second(running_machine, heard):
    found = subprocess.run(["pgrep", "-f", f"guest=ATR_{running_machine}"], capture_output=True, text=True)
    os.kill(int(found.stdout.split()[0]), signal.SIGKILL)
    took = heard.wait_for(lambda said: said.states_of(running_machine)[-1:] == [PowerState.OFF], 10)
    assert took is not None
    assert took < 1
    assert heard.all[-1].reason == "stopped: failed"


def test_a_machine_that_somebody_else_pauses_stops_and_forgets_is_followed(libvirtd, running_machine, heard):
    for verb in ("suspend", "resume", "destroy", "undefine"):
        subprocess.run(["virsh", "-c", libvirtd.uri, verb, f"ATR_{running_machine}"], check=True)
    expected = [PowerState(word) for word in ("paused", "on", "off", "missing")]
    assert heard.wait_for(lambda said: said.states_of(running_machine) == expected, 5) is not None


def test_a_host_whose_libvirtd_dies_is_away_once_and_comes_back_by_itself(libvirtd, running_machine, heard):
    libvirtd.kill()
    took = heard.wait_for(lambda said: not said.hosts()[-1].reachable, 10)
    assert took is not None
    assert took < 2
    assert heard.wait_for(lambda said: len(said.hosts()) > 2, 4) is None, "absence is told once"
    libvirtd.restart()
    assert heard.wait_for(lambda said: said.hosts()[-1].reachable, 30) is not None
    sightings = {each.machine_id: each.power_state for each in heard.hosts()[-1].machines}
    assert sightings == {running_machine: PowerState.ON}


def test_a_host_whose_libvirtd_hangs_is_noticed(libvirtd, running_machine, heard):
    os.kill(libvirtd.pid, signal.SIGSTOP)
    try:
        assert heard.wait_for(lambda said: not said.hosts()[-1].reachable, 15) is not None
    finally:
        os.kill(libvirtd.pid, signal.SIGCONT)
    assert heard.wait_for(lambda said: said.hosts()[-1].reachable, 30) is not None
