"""What a guest is told by DHCP, asked by a real DHCP client on the bridge."""

import os
from pathlib import Path

import pytest

from remote_services.runtime.errors import NetworkFailed
from tests.remote_services.dhcp.conftest import network_spec, release, reservation, reserve

pytestmark = pytest.mark.hypervisor

MAC = "52:54:00:aa:00:01"
OTHER_MAC = "52:54:00:aa:00:02"


def test_a_guest_gets_the_address_that_was_reserved_for_it(dhcp_host):
    network = network_spec(dns=("10.77.0.53", "10.77.0.54"))
    reserve(network, reservation(MAC, "10.77.0.51", "Web Server_1"))
    assert dhcp_host.answer_to(network, MAC) == [
        "10.77.0.51",
        "10.77.0.1",
        "10.77.0.53",
        "10.77.0.54",
        "web-server-1",
    ]


def test_a_guest_nobody_reserved_for_gets_nothing(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, OTHER_MAC) == []


def test_a_reservation_made_while_dnsmasq_runs_is_heard(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    pid = dhcp_host.pid_of(network)
    reserve(network, reservation(OTHER_MAC, "10.77.0.52"))
    assert dhcp_host.pid_of(network) == pid
    assert dhcp_host.answer_to(network, OTHER_MAC)[0] == "10.77.0.52"
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"


def test_no_name_server_is_announced_when_the_network_has_none(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, MAC) == ["10.77.0.51", "10.77.0.1", "none"]


def test_a_released_guest_gets_nothing_while_the_others_stay(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"), reservation(OTHER_MAC, "10.77.0.52"))
    release(network, MAC)
    assert dhcp_host.answer_to(network, MAC) == []
    assert dhcp_host.answer_to(network, OTHER_MAC)[0] == "10.77.0.52"


def test_an_address_goes_to_its_new_owner_although_the_old_lease_runs(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"), reservation("52:54:00:aa:00:09", "10.77.0.59"))
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.51"
    release(network, MAC)
    reserve(network, reservation(OTHER_MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(network, OTHER_MAC)[0] == "10.77.0.51"
    assert dhcp_host.answer_to(network, MAC) == []


def test_a_machine_can_be_given_another_address(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    reserve(network, reservation(MAC.upper(), "10.77.0.60"))
    assert dhcp_host.answer_to(network, MAC)[0] == "10.77.0.60"


def test_two_networks_with_the_same_addresses_do_not_disturb_each_other(dhcp_host):
    one = network_spec(cidr="10.78.0.0/24", gateway="10.78.0.1")
    other = network_spec()
    reserve(one, reservation(MAC, "10.78.0.51"))
    reserve(other, reservation(MAC, "10.77.0.51"))
    assert dhcp_host.answer_to(one, MAC)[0] == "10.78.0.51"
    assert dhcp_host.answer_to(other, MAC)[0] == "10.77.0.51"


@pytest.mark.parametrize("mac", ["", "52:54:00:aa:00", "52:54:00:aa:00:01,10.77.0.99\nset:evil"])
def test_what_is_no_mac_never_reaches_the_hosts_file(dhcp_host, mac):
    network = network_spec()
    with pytest.raises(NetworkFailed, match="not a MAC address"):
        reserve(network, reservation(mac, "10.77.0.51"))


def test_a_host_name_cannot_smuggle_an_option(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51", "x,ignore\n52:54:00:aa:00:07,10.77.0.7"))
    hosts = (dhcp_host.files_of(network) / "hosts").read_text()
    assert hosts == f"{MAC},10.77.0.51,x-ignore-52-54-00-aa-00-07-10-77-0-7\n"


def test_dnsmasq_gives_up_its_privileges_where_it_can(dhcp_host):
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    assert Path(f"/proc/{dhcp_host.pid_of(network)}").stat().st_uid != 0
    assert os.getsid(dhcp_host.pid_of(network)) != os.getsid(0)


def test_dnsmasq_still_hears_of_reservations_where_only_root_may_enter(dhcp_host):
    dhcp_host.state_dir.chmod(0o700)
    network = network_spec()
    reserve(network, reservation(MAC, "10.77.0.51"))
    reserve(network, reservation(OTHER_MAC, "10.77.0.52"))
    assert dhcp_host.answer_to(network, OTHER_MAC)[0] == "10.77.0.52"
