"""Makes networks exist on the host and binds addresses to MACs; simulated ones are only remembered."""

from contracts.dhcp import AddressReservation, NetworkSpec, ReserveAddress
from remote_services.dhcp import bridge, dnsmasq
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(ReserveAddress)
def reserve_address(command: ReserveAddress, context) -> dict:
    for each in (command, *command.also):
        _reserve(each.network, each.reservations)
    return {"bridge": command.network.bridge}


def _reserve(network: NetworkSpec, reservations: tuple[AddressReservation, ...]) -> None:
    directory = NetworkDirectory(settings().state_dir, network.network_id)
    runner = CommandRunner(settings().network_namespace)
    with directory.locked():
        if settings().simulated:
            directory.reservations.put(reservations)
            return
        bridge_is_new = bridge.ensure(network, directory, runner)
        hosts_changed = directory.reservations.put(reservations)
        server = dnsmasq.Dnsmasq(network, directory, runner)
        if bridge_is_new or server.holds_lease_of_another(reservations):
            server.stop()
            server.forget_leases_of_others(reservations)
        server.ensure_running(hosts_changed=hosts_changed)
