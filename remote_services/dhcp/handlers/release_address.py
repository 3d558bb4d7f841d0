"""Forgets addresses; the last one takes the network away from the host."""

from contracts.dhcp import NetworkSpec, ReleaseAddress
from remote_services.dhcp import bridge, dnsmasq
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(ReleaseAddress)
def release_address(command: ReleaseAddress, context) -> dict:
    for each in (command, *command.also):
        _release(each.network, each.macs)
    return {}


def _release(network: NetworkSpec, macs: tuple[str, ...]) -> None:
    directory = NetworkDirectory(settings().state_dir, network.network_id)
    runner = CommandRunner(settings().network_namespace)
    with directory.locked():
        server = dnsmasq.Dnsmasq(network, directory, runner)
        changed = directory.reservations.remove(macs)
        simulated = settings().simulated
        if changed and not simulated:
            server.reload()
        if not directory.reservations.any():
            if not simulated:
                server.stop()
                bridge.remove(network, directory, runner)
            directory.remove()
