"""Every driver we have, each against the most real host that can run here."""

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4
from xml.etree import ElementTree

import libvirt
import pytest

from contracts.virtualization import CdromSpec, DiskSpec, HypervisorEndpoint, MachineSpec
from remote_services.drivers import connect
from remote_services.drivers.base import HypervisorDriver, capabilities_of
from remote_services.drivers.libvirt import ownership


@dataclass
class Host:
    """A host under test, and what only its owner could do behind our back."""

    endpoint: HypervisorEndpoint
    make_foreign: Callable[[UUID], None]
    remove_foreign: Callable[[UUID], None]


@pytest.fixture(params=["fake", "libvirt-test", pytest.param("libvirt-qemu", marks=pytest.mark.hypervisor)])
def host(request, tmp_path) -> Host:
    if request.param == "fake":
        return _fake_host(tmp_path / "host")
    if request.param == "libvirt-test":
        return _libvirt_host("test:///default", "test")
    return _libvirt_host(request.getfixturevalue("libvirt_uri"), "qemu")


@pytest.fixture
def driver(host) -> Iterator[HypervisorDriver]:
    driver = connect(host.endpoint)
    yield driver
    driver.close()


@pytest.fixture(autouse=True)
def capability(request) -> None:
    """Skips a test whose capability the driver lacks."""
    marker = request.node.get_closest_marker("capability")
    if marker and marker.args[0] not in capabilities_of(request.getfixturevalue("driver")):
        pytest.skip(f"the driver does not offer {marker.args[0]}")


@pytest.fixture
def spec() -> MachineSpec:
    return MachineSpec(machine_id=uuid4(), name="Wine & <cheese>", vcpus=2, memory_mib=64)


@pytest.fixture
def machine_id(driver, spec) -> Iterator[UUID]:
    driver.define(spec)
    yield spec.machine_id
    driver.undefine(spec.machine_id)


@pytest.fixture
def backed_disk(request, host, driver, spec, tmp_path) -> str:
    """The path of a disk of the running machine that reads from another file; the machine runs."""
    path, disk_id = tmp_path / "disk.qcow2", uuid4()
    if host.endpoint.driver == "libvirt":
        base = tmp_path / "base.vmdk"
        qemu_img("create", "-q", "-f", "vmdk", base, "64M")
        write_pattern = ["qemu-io", "-f", "vmdk", "-c", "write -P 7 0 48M", str(base)]
        subprocess.run(write_pattern, check=True, capture_output=True, timeout=60)
        qemu_img("create", "-q", "-f", "qcow2", "-F", "vmdk", "-b", base, path)
    disks = (DiskSpec(disk_id=disk_id, path=str(path)),)
    driver.define(spec.model_copy(update={"disks": disks}))
    request.addfinalizer(lambda: driver.undefine(spec.machine_id))
    driver.start(spec.machine_id)
    return str(path)


@pytest.fixture
def empty_disks(tmp_path) -> list[str]:
    """The paths of four disks with nothing on them."""
    paths = [tmp_path / f"empty-{number}.qcow2" for number in range(4)]
    for path in paths:
        qemu_img("create", "-q", "-f", "qcow2", path, "1M")
    return [str(path) for path in paths]


@pytest.fixture
def images(tmp_path) -> list[str]:
    """The paths of three CDs, sorted."""
    paths = [tmp_path / f"cd-{number}.iso" for number in range(3)]
    for path in paths:
        path.write_bytes(bytes(64 * 1024))
    return [str(path) for path in paths]


@pytest.fixture
def running_with_drives(driver, spec, machine_id) -> UUID:
    """A machine that runs with two empty CD-ROM drives."""
    driver.define(spec.model_copy(update={"cdroms": (CdromSpec(position=2), CdromSpec(position=1))}))
    driver.start(machine_id)
    return machine_id


@pytest.fixture
def bridge(request, host) -> Iterator[str]:
    """A bridge of the host, where that has any."""
    if request.node.callspec.params["host"] != "libvirt-qemu":
        yield "atr0"
        return
    enter = request.getfixturevalue("libvirt_host").enter
    enter("ip", "link", "add", "name", "atrconf0", "type", "bridge")
    yield "atrconf0"
    enter("ip", "link", "delete", "dev", "atrconf0")


def qemu_img(*arguments: object) -> None:
    subprocess.run(["qemu-img", *map(str, arguments)], check=True, capture_output=True, timeout=60)


@pytest.fixture
def foreign_id(host, driver) -> Iterator[UUID]:
    """A machine with one of our ids that somebody else made."""
    machine_id = uuid4()
    host.make_foreign(machine_id)
    yield machine_id
    host.remove_foreign(machine_id)


def _fake_host(folder: Path) -> Host:
    def execute(statement: str, machine_id: UUID) -> None:
        with sqlite3.connect(folder / "machines.sqlite3") as database:
            database.execute(statement, (str(machine_id),))

    endpoint = HypervisorEndpoint(host_id=uuid4(), driver="fake", uri=f"fake://{folder}")
    spec = MachineSpec(machine_id=uuid4(), name="foreign", vcpus=1, memory_mib=1).model_dump_json()
    insert = f"INSERT INTO machine (id, spec, power_state, owned) VALUES (?, '{spec}', 'on', 0)"
    return Host(
        endpoint,
        lambda machine_id: execute(insert, machine_id),
        lambda machine_id: execute("DELETE FROM machine WHERE id = ?", machine_id),
    )


def _libvirt_host(uri: str, domain_type: str) -> Host:
    owner = libvirt.open(uri)

    def make(machine_id: UUID) -> None:
        domain = ElementTree.Element("domain", type=domain_type)
        for name, text in (
            ("name", ownership.domain_name(machine_id)),
            ("uuid", machine_id),
            ("memory", 65536),
        ):
            ElementTree.SubElement(domain, name).text = str(text)
        ElementTree.SubElement(ElementTree.SubElement(domain, "os"), "type").text = "hvm"
        owner.defineXML(ElementTree.tostring(domain, encoding="unicode"))

    def remove(machine_id: UUID) -> None:
        owner.lookupByUUID(machine_id.bytes).undefine()

    return Host(HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=uri), make, remove)
