"""Private hosts live side by side, survive a crash of their daemon and leave nothing."""

from pathlib import Path

import pytest

from deploy.embedded import namespaces, paths
from tests.peers.libvirt_host import LibvirtHost

libvirt = pytest.importorskip("libvirt")
pytestmark = pytest.mark.hypervisor

MACHINE = (
    "<domain type='qemu'><name>{}</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>"
)


def machine_names(host: LibvirtHost) -> list[str]:
    return [domain.name() for domain in libvirt.open(host.uri).listAllDomains()]


def test_two_hosts_side_by_side_see_only_their_own_machines(new_libvirt_host):
    first, second = new_libvirt_host(), new_libvirt_host()
    libvirt.open(first.uri).createXML(MACHINE.format("one"))
    assert machine_names(first) == ["one"]
    assert machine_names(second) == []
    assert first.host_uuid != second.host_uuid


def test_a_machine_survives_the_crash_of_its_daemon(new_libvirt_host):
    host = new_libvirt_host()
    libvirt.open(host.uri).createXML(MACHINE.format("survivor"))
    host.kill()
    assert not host.is_running()
    host.restart()
    assert machine_names(host) == ["survivor"]


def test_stopping_a_host_leaves_neither_process_nor_namespace_nor_socket(new_libvirt_host):
    host = new_libvirt_host()
    libvirt.open(host.uri).createXML(MACHINE.format("left"))
    host.enter("ip", "link", "add", "br0", "type", "bridge")
    host.stop()
    assert not namespaces.exists(host.namespace)
    assert namespaces.processes(host.namespace) == []
    assert not host.run_dir.exists()


def test_starting_clears_what_an_earlier_host_of_the_same_name_left(new_libvirt_host):
    host = new_libvirt_host()
    libvirt.open(host.uri).createXML(MACHINE.format("stale"))
    again = LibvirtHost(host.directory, namespace=host.namespace)
    again.start()
    assert machine_names(again) == []
    again.stop()


def test_sockets_of_a_deep_directory_move_to_a_short_one():
    deep = Path("/" + "d" * 60) / ("e" * 60)
    assert len(str(paths.socket_dir(deep) / "libvirt-admin-sock")) <= paths.SOCKET_PATH_LIMIT_BYTES
    assert paths.socket_dir(Path("/srv/atrium")) == Path("/srv/atrium/run")
