"""A host's network namespace, and clients that ask for an address on its bridges."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.dhcp import AddressReservation, NetworkSpec, ReleaseAddress, ReserveAddress
from remote_services.dhcp.handlers.release_address import release_address
from remote_services.dhcp.handlers.reserve_address import reserve_address
from remote_services.runtime.settings import settings

UDHCPC_SCRIPT = '#!/bin/sh\n[ "$1" = bound ] && echo "$ip $router ${dns:-none} $hostname"\nexit 0\n'


def run(*arguments: object) -> str:
    return subprocess.run(
        [str(argument) for argument in arguments], check=True, capture_output=True, text=True, timeout=30
    ).stdout


class DhcpHost:
    """The namespace in which the service keeps bridges, and what a guest on them sees."""

    def __init__(self, namespace: str, state_dir: Path) -> None:
        self.namespace = namespace
        self.state_dir = state_dir
        self._script = state_dir / "udhcpc.sh"
        self._script.write_text(UDHCPC_SCRIPT)
        self._script.chmod(0o755)

    def ip(self, *arguments: object) -> str:
        return run("ip", "-n", self.namespace, *arguments)

    def links(self) -> set[str]:
        return {line.split(":")[1].strip().split("@")[0] for line in self.ip("-o", "link").splitlines()}

    def files_of(self, network: NetworkSpec) -> Path:
        return self.state_dir / "dhcp" / str(network.network_id)

    def pid_of(self, network: NetworkSpec) -> int:
        return int((self.files_of(network) / "pid").read_text())

    def answer_to(self, network: NetworkSpec, mac: str) -> list[str]:
        """Address, router, name servers and name that dnsmasq gives a guest with this MAC; or nothing."""
        port = f"t{mac.replace(':', '')[-8:]}"
        self.ip("link", "add", "name", port, "type", "veth", "peer", "name", "guest")
        try:
            self.ip("link", "set", "dev", "guest", "address", mac, "up")
            self.ip("link", "set", "dev", port, "master", network.bridge, "up")
            client = ["busybox", "udhcpc", "-i", "guest", "-n", "-q", "-f", "-t", "4", "-T", "1"]
            return subprocess.run(
                ["nsenter", f"--net=/run/netns/{self.namespace}", *client, "-s", str(self._script)],
                check=False,
                capture_output=True,
                text=True,
                timeout=30,
            ).stdout.split()
        finally:
            self.ip("link", "delete", "dev", port)


@pytest.fixture
def dhcp_host(monkeypatch) -> Iterator[DhcpHost]:
    namespace = f"atrium-test-{uuid4().hex[:8]}"
    # Not under tmp_path, whose parents nobody else may enter: dnsmasq shall give up its privileges here.
    state_dir = Path(tempfile.mkdtemp(prefix="atrium-dhcp-"))
    state_dir.chmod(0o755)
    monkeypatch.setenv("ATRIUM_BROKER_URL", "memory://")
    monkeypatch.setenv("ATRIUM_DATACENTER_ID", str(uuid4()))
    monkeypatch.setenv("ATRIUM_STATE_DIR", str(state_dir))
    monkeypatch.setenv("ATRIUM_NETWORK_NAMESPACE", namespace)
    settings.cache_clear()
    run("ip", "netns", "add", namespace)
    yield DhcpHost(namespace, state_dir)
    for pid in run("ip", "netns", "pids", namespace).split():
        subprocess.run(["kill", "-9", pid], check=False)
    run("ip", "netns", "delete", namespace)
    shutil.rmtree(state_dir)
    settings.cache_clear()


def network_spec(**changes) -> NetworkSpec:
    network_id = uuid4()
    fields = {
        "network_id": network_id,
        "bridge": f"at{network_id.hex[:8]}",
        "cidr": "10.77.0.0/24",
        "gateway": "10.77.0.1",
        "lease_seconds": 300,
    }
    return NetworkSpec(**fields | changes)


def reservation(mac: str, ip: str, hostname: str = "") -> AddressReservation:
    return AddressReservation(mac=mac, ip=ip, hostname=hostname)


def reserve(network: NetworkSpec, *reservations: AddressReservation, **more) -> dict:
    command = ReserveAddress(operation_id=uuid4(), network=network, reservations=reservations, **more)
    return reserve_address(command, None)


def release(network: NetworkSpec, *macs: str, **more) -> dict:
    command = ReleaseAddress(operation_id=uuid4(), network=network, macs=macs, **more)
    return release_address(command, None)
