"""A network's Linux bridge. Only a bridge that carries our mark is ever changed or removed."""

import json

from contracts.dhcp import NetworkSpec
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.runtime.errors import NetworkFailed


def ensure(network: NetworkSpec, directory: NetworkDirectory, runner: CommandRunner) -> bool:
    """Make the bridge exist, be up and carry the gateway's address; answers whether it is new.

    Raises NetworkFailed, also when the name belongs to an interface that is not ours.
    """
    link = _link(network.bridge, runner)
    if link is None:
        _create(network, directory, runner)
    elif not _is_ours(link, network, directory):
        raise NetworkFailed(
            f"The host's interface {network.bridge} does not belong to network {network.network_id}."
        )
    if not _is_complete(link, network):
        _complete(network, runner)
    return link is None


def remove(network: NetworkSpec, directory: NetworkDirectory, runner: CommandRunner) -> None:
    link = _link(network.bridge, runner)
    if link is not None and _is_ours(link, network, directory):
        runner.run("ip", "link", "delete", "dev", network.bridge, intent=f"delete bridge {network.bridge}")


def _link(name: str, runner: CommandRunner) -> dict | None:
    arguments = ("ip", "-json", "-details", "address", "show", "dev", name)
    found = runner.output_or_none(*arguments, intent=f"look at bridge {name}")
    return json.loads(found)[0] if found else None


def _create(network: NetworkSpec, directory: NetworkDirectory, runner: CommandRunner) -> None:
    # Written first: the kernel takes the mark only in a second step, and a bridge
    # without it must still be known as ours if we are killed in between.
    directory.bridge.write_text(network.bridge)
    # An address of its own, or the bridge would change it with every machine that joins or leaves.
    mac = "02:" + network.network_id.bytes[:5].hex(":")
    arguments = ("ip", "link", "add", "name", network.bridge, "address", mac, "type", "bridge")
    runner.run(*arguments, "forward_delay", "0", intent=f"add bridge {network.bridge}")


def _complete(network: NetworkSpec, runner: CommandRunner) -> None:
    name = network.bridge
    runner.run("ip", "link", "set", "dev", name, "alias", _mark(network), intent=f"mark bridge {name}")
    address = ("ip", "address", "replace", _gateway(network), "dev", name)
    runner.run(*address, intent=f"give bridge {name} the address {_gateway(network)}")
    runner.run("ip", "link", "set", "dev", name, "up", intent=f"bring bridge {name} up")


def _is_ours(link: dict, network: NetworkSpec, directory: NetworkDirectory) -> bool:
    if link.get("linkinfo", {}).get("info_kind") != "bridge":
        return False
    mark = link.get("ifalias")
    if mark is None:
        return directory.bridge.exists() and directory.bridge.read_text() == network.bridge
    return mark == _mark(network)


def _is_complete(link: dict | None, network: NetworkSpec) -> bool:
    if link is None:
        return False
    addresses = {f"{entry['local']}/{entry['prefixlen']}" for entry in link.get("addr_info", [])}
    return link.get("ifalias") == _mark(network) and "UP" in link["flags"] and _gateway(network) in addresses


def _mark(network: NetworkSpec) -> str:
    return f"atrium:{network.network_id}"


def _gateway(network: NetworkSpec) -> str:
    return f"{network.gateway}/{network.cidr.prefixlen}"
