"""Makes a network exist on the host and binds addresses to MACs in it; a simulated one is only remembered."""

from contracts.dhcp import ReserveAddress
from remote_services.dhcp import bridge, dnsmasq
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(ReserveAddress)
def reserve_address(command: ReserveAddress, context) -> dict:
    network = command.network
    directory = NetworkDirectory(settings().state_dir, network.network_id)
    runner = CommandRunner(settings().network_namespace)
    with directory.locked():
        if settings().simulated:
            directory.reservations.put(command.reservations)
            return {"bridge": network.bridge}
        bridge_is_new = bridge.ensure(network, directory, runner)
        hosts_changed = directory.reservations.put(command.reservations)
        server = dnsmasq.Dnsmasq(network, directory, runner)
        if bridge_is_new or server.holds_lease_of_another(command.reservations):
            server.stop()
            server.forget_leases_of_others(command.reservations)
        server.ensure_running(hosts_changed=hosts_changed)
    return {"bridge": network.bridge}
