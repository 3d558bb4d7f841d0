"""A machine with an empty disk really starts from the ISO image in its drive."""

import io
import time
from pathlib import Path
from uuid import UUID, uuid4

import libvirt
import pytest
from pycdlib import PyCdlib

from contracts.appliance import DiskOrder, ProvisionMachineDisks
from contracts.base import Succeeded
from contracts.virtualization import CdromSpec, DiskSpec, HypervisorEndpoint, MachineSpec
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager import handlers  # noqa: F401  registers them
from remote_services.appliance_manager.kinds import is_optical
from remote_services.drivers import connect
from remote_services.images import ImageRefused, Subformat, inspect_image
from remote_services.runtime.errors import DriveLocked
from remote_services.runtime.execution import outcome_of
from remote_services.runtime.settings import settings

MIB = 2**20
BOOT_SECONDS = 60
READY, NOTHING_IN = b"A", b"B"
# Locks the tray of the drive at hdc (ATAPI command 1E), then for ever: asks the drive what is wrong (03) and
# whether it is ready (00), and sends a letter to the serial port that says so.
PROGRAM = bytes.fromhex(
    "fa 31c0 8ed8 fc be447c e81a00 be507c e81400 be5c7c e80e00 2401 0441 baf803 ee 31c9 e2fe ebe6"
    "ba7601 b0a0 ee 42 ee ec a808 74fb ba7001 b90600 f36f ba7701 ec a880 75fb c3"
    "1e0000000100000000000000 030000000000000000000000 000000000000000000000000"
)


@pytest.fixture
def image(tmp_path, monkeypatch) -> Path:
    """A bootable ISO image in the repository."""
    repository = tmp_path / "repository"
    repository.mkdir()
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(repository))
    settings.cache_clear()
    iso, program = PyCdlib(), PROGRAM.ljust(2048, b"\0")
    iso.new(vol_ident="INSTALL")
    iso.add_fp(io.BytesIO(program), len(program), "/BOOT.;1")
    iso.add_eltorito("/BOOT.;1", bootcatfile="/BOOT.CAT;1")
    iso.write(str(repository / "install.raw"))
    iso.close()
    return repository / "install.raw"


def provisioned(datastore: Path) -> tuple[UUID, UUID]:
    """An empty disk and the image's, made as a deployment has them made; twice, as a command comes twice."""
    place = {"datastore_path": str(datastore), "source_format": DiskFormat.RAW}
    disks = (
        DiskOrder(disk_id=uuid4(), source_path="", size_bytes=64 * MIB, **place),
        DiskOrder(disk_id=uuid4(), source_path="install.raw", size_bytes=1, **place),
    )
    command = ProvisionMachineDisks(operation_id=uuid4(), machine_id=uuid4(), disks=disks)
    for _time in range(2):
        outcome = outcome_of(command, None)
        assert isinstance(outcome, Succeeded), outcome
    return disks[0].disk_id, disks[1].disk_id


def test_an_iso_image_is_known_by_what_is_in_it(image, tmp_path):
    assert inspect_image(image, DiskFormat.RAW).subformat is Subformat.ISO
    hybrid = tmp_path / "hybrid"
    hybrid.write_bytes(bytes(510) + b"\x55\xaa" + image.read_bytes()[512:])
    for name in ("install.iso", "install", "debian-12.5.0", "INSTALL.ISO", "install.iso.orig"):
        assert is_optical(hybrid, name, Subformat.ISO)
    for name in ("stick.raw", "stick.IMG"):
        assert not is_optical(hybrid, name, Subformat.ISO)
        assert is_optical(image, name, Subformat.ISO), "no machine starts from it as a disk"
    assert not is_optical(image, "disk.img", Subformat.PLAIN)
    with pytest.raises(ImageRefused, match="no ISO 9660"):
        is_optical(image, "install.iso", Subformat.PLAIN)


@pytest.mark.hypervisor
def test_a_guest_starts_from_its_cd_and_holds_it_until_it_is_taken_by_force(image, tmp_path, libvirt_uri):
    datastore = tmp_path / "datastore"
    datastore.mkdir()
    empty, cd = provisioned(datastore)
    spec = MachineSpec(
        machine_id=uuid4(), name="fresh", vcpus=1, memory_mib=64,
        disks=(DiskSpec(disk_id=empty, path=str(datastore / f"{empty}.qcow2")),),
        cdroms=(CdromSpec(path=str(datastore / f"{cd}.qcow2"), position=2, format=DiskFormat.QCOW2),),
    )  # fmt: skip
    driver = connect(HypervisorEndpoint(host_id=uuid4(), driver="libvirt", uri=libvirt_uri))
    try:
        driver.define(spec)
        driver.start(spec.machine_id)
        assert hears(libvirt_uri, spec.machine_id, READY)
        inserted = spec.cdroms[0].path
        with pytest.raises(DriveLocked):
            driver.eject_medium(spec.machine_id, inserted)
        assert driver.media(spec.machine_id) == [inserted]
        driver.eject_medium(spec.machine_id, inserted, force=True)
        assert hears(libvirt_uri, spec.machine_id, NOTHING_IN)
        driver.insert_medium(spec.machine_id, inserted, DiskFormat.QCOW2)
        assert hears(libvirt_uri, spec.machine_id, READY)
    finally:
        driver.undefine(spec.machine_id)
        driver.close()


def hears(uri: str, machine_id: UUID, letter: bytes) -> bool:
    """Whether the machine comes to send this letter to its serial console, and no other any more."""
    connection = libvirt.open(uri)
    try:
        stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
        connection.lookupByUUID(machine_id.bytes).openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            said = stream.recv(4096)
            if isinstance(said, bytes) and said.endswith(letter * 3):
                return True
            time.sleep(0.2)
    finally:
        connection.close()
    return False
