"""Forgets addresses; the last one takes the network away from the host."""

from contracts.dhcp import ReleaseAddress
from remote_services.dhcp import bridge, dnsmasq
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(ReleaseAddress)
def release_address(command: ReleaseAddress, context) -> dict:
    network = command.network
    directory = NetworkDirectory(settings().state_dir, network.network_id)
    runner = CommandRunner(settings().network_namespace)
    with directory.locked():
        server = dnsmasq.Dnsmasq(network, directory, runner)
        changed = directory.reservations.remove(command.macs)
        simulated = settings().simulated
        if changed and not simulated:
            server.reload()
        if not directory.reservations.any():
            if not simulated:
                server.stop()
                bridge.remove(network, directory, runner)
            directory.remove()
    return {}
