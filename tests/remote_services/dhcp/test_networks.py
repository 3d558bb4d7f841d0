"""A network's life on the host: bridge, DHCP server and files come, survive accidents, and go."""

import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contracts.dhcp import NetworkMacs, NetworkReservations
from remote_services.runtime.errors import NetworkFailed
from remote_services.runtime.settings import settings
from tests.remote_services.dhcp.conftest import network_spec, release, reservation, reserve, run

pytestmark = pytest.mark.hypervisor

MAC = "52:54:00:aa:00:01"
OTHER_MAC = "52:54:00:aa:00:02"


def test_the_bridge_is_up_and_carries_the_gateway(dhcp_host):
    network = network_spec()
    assert reserve(network, reservation(MAC, "10.77.0.51")) == {"bridge": network.bridge}
    shown = dhcp_host.ip("address", "show", "dev", network.bridge)
    assert "inet 10.77.0.1/24" in shown
    assert ",UP" in shown


def test_doing_it_again_changes_nothing(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    before = dhcp_host.ip("address", "show", "dev", network.bridge), dhcp_host.pid_of(network)
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert (dhcp_host.ip("address", "show", "dev", network.bridge), dhcp_host.pid_of(network)) == before


def test_the_last_release_takes_everything_away(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"), reservation(OTHER_MAC, "10.77.0.52"))
    pid = dhcp_host.pid_of(network)
    release(network, MAC)
    assert network.bridge in dhcp_host.links()
    release(network, OTHER_MAC)
    assert network.bridge not in dhcp_host.links()
    assert not Path(f"/proc/{pid}/exe").exists()
    assert not dhcp_host.files_of(network).exists()


def test_a_machine_with_cards_in_several_networks_is_served_in_all_and_leaves_none(dhcp_host):
    one, other = network_spec(), network_spec(cidr="10.78.0.0/24", gateway="10.78.0.1")
    further = NetworkReservations(network=other, reservations=(reservation(OTHER_MAC, "10.78.0.51"),))
    reserve(one, reservation(MAC, "10.77.0.51"), also=(further,))
    assert dhcp_host.answer_to(one, MAC)[0] == "10.77.0.51"
    assert dhcp_host.answer_to(other, OTHER_MAC)[0] == "10.78.0.51"
    release(one, MAC, also=(NetworkMacs(network=other, macs=(OTHER_MAC,)),))
    assert not {one.bridge, other.bridge} & dhcp_host.links()


def test_releasing_what_is_not_there_is_fine(dhcp_host):
    network = network_spec()
    release(network, MAC)
    release(network, MAC)
    assert not dhcp_host.files_of(network).exists()


def test_a_bridge_whose_files_were_lost_still_goes(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    pid = dhcp_host.pid_of(network)
    os.kill(pid, signal.SIGKILL)
    run("rm", "-r", dhcp_host.files_of(network))
    release(network, MAC)
    assert network.bridge not in dhcp_host.links()


def test_a_dead_dnsmasq_is_started_again_with_all_reservations(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    dead = dhcp_host.pid_of(network)
    os.kill(dead, signal.SIGKILL)
    wait_until_gone(dead)
    reserve(network, reservation(OTHER_MAC, "10.77.0.52"))
    assert dhcp_host.pid_of(network) != dead
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"


def test_a_pid_that_belongs_to_someone_else_by_now_is_left_alone(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    dead = dhcp_host.pid_of(network)
    os.kill(dead, signal.SIGKILL)
    wait_until_gone(dead)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (dhcp_host.files_of(network) / "pid").write_text(str(stranger.pid))
        reserve(network, reservation(OTHER_MAC, "10.77.0.52"))
        assert dhcp_host.pid_of(network) != stranger.pid
        (dhcp_host.files_of(network) / "pid").write_text(str(stranger.pid))
        release(network, MAC, OTHER_MAC)
        assert stranger.poll() is None
        stranger.kill()


def test_a_bridge_deleted_behind_our_back_comes_back_with_a_server_that_answers(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    dhcp_host.ip("link", "delete", "dev", network.bridge)
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"


def test_a_server_left_in_a_namespace_that_is_gone_is_replaced(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    run("ip", "netns", "delete", dhcp_host.namespace)
    run("ip", "netns", "add", dhcp_host.namespace)
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"


def test_a_changed_network_reaches_its_guests(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    changed = network.model_copy(update={"dns": ("10.77.0.53",)})
    reserve(changed, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, MAC)[2] == "10.77.0.53"


def test_an_interface_that_is_not_ours_is_refused_and_stays(dhcp_host):
    network = network_spec()
    dhcp_host.ip("link", "add", "name", network.bridge, "type", "bridge")
    with pytest.raises(NetworkFailed, match="does not belong to network"):
        reserve(network, reservation(MAC, "10.77.0.51"))
    release(network, MAC)
    assert network.bridge in dhcp_host.links()


def test_a_bridge_of_another_network_is_refused_and_stays(dhcp_host):
    owner = network_spec()
    reserve(owner, reservation(MAC, "10.77.0.51"))
    intruder = network_spec(bridge=owner.bridge)
    with pytest.raises(NetworkFailed, match="does not belong to network"):
        reserve(intruder, reservation(OTHER_MAC, "10.77.0.52"))
    release(intruder, OTHER_MAC)
    assert dhcp_host.answer_to(owner, MAC)[0] == "10.77.0.51"


def test_a_bridge_we_had_no_time_to_mark_is_known_as_ours(dhcp_host):
    network = network_spec()
    dhcp_host.files_of(network).mkdir(parents=True)
    (dhcp_host.files_of(network) / "bridge").write_text(network.bridge)
    dhcp_host.ip("link", "add", "name", network.bridge, "type", "bridge")
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"


def test_the_words_of_the_tool_that_failed_are_passed_on(dhcp_host, monkeypatch):
    monkeypatch.setenv("ATRIUM_NETWORK_NAMESPACE", "atrium-absent")
    settings.cache_clear()
    with pytest.raises(NetworkFailed, match=r"Could not add bridge .*: nsenter: .*atrium-absent"):
        reserve(network_spec(), reservation(MAC, "10.77.0.51"))


def test_the_words_of_a_dnsmasq_that_does_not_start_are_passed_on(dhcp_host):
    network = network_spec()
    dhcp_host.files_of(network).mkdir(parents=True)
    (dhcp_host.files_of(network) / "log").mkdir()
    with pytest.raises(NetworkFailed, match=r"Could not start the DHCP server of .*dnsmasq: .*log"):
        reserve(network, reservation(MAC, "10.77.0.51"))


def test_what_the_file_system_refuses_is_passed_on(dhcp_host):
    (dhcp_host.state_dir / "dhcp").write_text("a file where the directory should be")
    with pytest.raises(NetworkFailed, match="Could not keep the network's files"):
        reserve(network_spec(), reservation(MAC, "10.77.0.51"))


def test_simultaneous_reservations_all_count(dhcp_host):
    network = network_spec()
    wanted = [reservation(f"52:54:00:aa:01:{n:02x}", f"10.77.0.{100 + n}") for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: reserve(network, one), wanted))
    assert len((dhcp_host.files_of(network) / "hosts").read_text().splitlines()) == 12
    assert len(run("ip", "netns", "pids", dhcp_host.namespace).split()) == 1


def test_reservations_and_releases_at_the_same_time_leave_a_whole_network_or_none(dhcp_host):
    network = network_spec()

    def come_and_go(number: int) -> None:
        mac = f"52:54:00:aa:02:{number:02x}"
        reserve(network, reservation(mac, f"10.77.0.{100 + number}"))
        release(network, mac)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(come_and_go, range(8)))
    assert network.bridge not in dhcp_host.links()
    assert not run("ip", "netns", "pids", dhcp_host.namespace).split()
    assert not dhcp_host.files_of(network).exists()


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/exe").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
