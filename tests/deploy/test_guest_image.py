"""The tiny template boots on a real hypervisor, is reachable and obeys the power button."""

import re
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.peers.libvirt_host import LibvirtHost

pytestmark = [pytest.mark.hypervisor, pytest.mark.slow]
MAC = "52:54:00:00:00:01"
BOOT_SECONDS = 90

DOMAIN = """
<domain type='qemu'>
  <name>{name}</name><memory unit='MiB'>128</memory><vcpu>1</vcpu>
  <os><type arch='x86_64'>hvm</type></os><features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
      <source file='{disk}'/><target dev='vda' bus='virtio'/></disk>
    <interface type='bridge'><source bridge='br0'/><mac address='{mac}'/><model type='virtio'/></interface>
    <serial type='file'><source path='{serial}'/></serial>
    <graphics type='vnc' socket='{directory}/vnc.sock'/>
  </devices>
</domain>
"""


def test_a_machine_of_the_template_boots_serves_its_name_and_obeys_the_power_button(
    libvirt_host: LibvirtHost, guest_template: Path, tmp_path: Path
):
    libvirt = pytest.importorskip("libvirt")
    _give_the_host_a_network(libvirt_host, tmp_path)
    connection = libvirt.open(libvirt_host.uri)
    machine = connection.createXML(_definition(libvirt_host, guest_template, tmp_path))
    try:
        read_page = ("timeout", "3", "busybox", "wget", "-qO-", "http://10.77.0.10/")
        assert _eventually(lambda: "<h1>guest-one</h1>" in libvirt_host.enter(*read_page).stdout)
        serial = tmp_path / "serial.log"
        assert _eventually(lambda: re.search(r"guest-one login: ", serial.read_text(errors="replace")))
        machine.shutdown()
        assert _eventually(lambda: not connection.listAllDomains())
    finally:
        for left in connection.listAllDomains():
            left.destroy()


def _give_the_host_a_network(host: LibvirtHost, directory: Path) -> None:
    for command in (
        "ip link add br0 type bridge",
        "ip address add 10.77.0.1/24 dev br0",
        "ip link set br0 up",
        "dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --port=0 --interface=br0 --bind-interfaces "
        f"--dhcp-range=10.77.0.0,static,255.255.255.0,5m --dhcp-host={MAC},10.77.0.10,guest-one "
        f"--dhcp-leasefile={directory}/leases --pid-file={directory}/dnsmasq.pid --user=root",
    ):
        done = host.enter(*command.split())
        assert done.returncode == 0, done.stderr


def _definition(host: LibvirtHost, template: Path, directory: Path) -> str:
    disk = host.datastore_dir / f"{uuid.uuid4()}.qcow2"
    host.enter("qemu-img", "create", "-q", "-f", "qcow2", "-b", str(template), "-F", "qcow2", str(disk))
    fields = {"disk": disk, "mac": MAC, "serial": directory / "serial.log", "directory": directory}
    return DOMAIN.format(name=f"guest-{uuid.uuid4()}", **fields)


def _eventually(look: Callable[[], object]) -> object:
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.2)
    raise AssertionError(f"not seen within {BOOT_SECONDS} s")
