"""Makes a package (OVA) of a template's files that other products take: its disks as streamOptimized VMDK."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from contracts.copies import TOLD_PROPERTY, DiskToExport, ExportPackage, PackageMachine
from contracts.vocabulary import DiskFormat
from remote_services.appliance_manager.checksums import sha256_of
from remote_services.appliance_manager.copies.progress import Progress
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.appliance_manager.staging import NoRoom, Staging
from remote_services.images import (
    PackageDisk,
    PackageFacts,
    PackageNic,
    PackageProperty,
    Subformat,
    inspect_image,
    package_size_bytes,
    qemu_img,
    write_package,
)
from remote_services.images.ovf import DiskController
from remote_services.images.qemu_img import Source, Target
from remote_services.images.repository import find_template
from remote_services.runtime.errors import DatastoreFull
from remote_services.runtime.full_disk import full_as, room_in

PACKAGE = "package.ova"
_FULL = "The template repository became full while the package was made"
# The names VMware and VirtualBox know; what is in none of them is another system.
_GUESTS = {
    "DEBIAN": "debian11", "UBUNTU": "ubuntu", "CENTOS": "centos8", "RHEL": "rhel8", "SUSE": "opensuse",
    "SLES": "sles15", "WINDOWS": "windows9Server", "FREEBSD": "freebsd12", "SOLARIS": "solaris11",
    "LINUX": "otherLinux", "MANDRIVA": "mandriva", "TURBOLINUX": "turboLinux",
}  # fmt: skip
_NICS = {"E1000": "E1000", "PCNET32": "PCNet32", "VMXNET3": "VmxNet3", "VIRTIO": "virtio"}


def export(command: ExportPackage, root: Path, tell: Callable[[int], None]) -> dict:
    """The output of the command. Raises Cancelled, NoRoom, RepositoryAway, TemplateMissing, TemplateUnusable,
    ImageRefused, RemoteError, OSError."""
    workshop = Workshop(root.resolve(), command.enterprise_id, command.copy_id)
    package = workshop.make(lambda folder: _fill(folder, command, workshop, tell)) / PACKAGE
    told = {"path": str(package.relative_to(workshop.root)), "file_size_bytes": package.stat().st_size}
    return told | {"sha256": sha256_of(package)}


def facts_of(machine: PackageMachine, disks: tuple[DiskToExport, ...]) -> PackageFacts:
    """What the package's descriptor says."""
    told = json.dumps(machine.told, sort_keys=True)
    return PackageFacts(
        name=machine.name,
        description=machine.description,
        version=machine.os_version,
        eula=machine.terms,
        operating_system=_guest_of(machine.os_type),
        hardware_family="vmx-10",
        cpu_count=machine.vcpus,
        cores_per_socket=machine.cores_per_socket,
        memory_mib=machine.memory_mib,
        disks=tuple(_described(disk) for disk in disks),
        nics=(PackageNic("VM Network", _NICS.get(machine.ethernet_driver, "")),),
        properties=(PackageProperty(TOLD_PROPERTY, told),) if machine.told else (),
    )


def _guest_of(os_type: str) -> str:
    name = next((words for ours, words in _GUESTS.items() if os_type.startswith(ours)), "other")
    return f"{name}{'_64' if os_type.endswith('_64') else ''}Guest"


def _described(disk: DiskToExport) -> PackageDisk:
    known = disk.controller in set(DiskController)
    return PackageDisk(
        label=disk.label or f"disk{disk.number}",
        file_name=_name(disk) if disk.path else "",
        format=DiskFormat.VMDK if disk.path else None,
        subformat=Subformat.STREAM_OPTIMIZED,
        capacity_bytes=disk.virtual_size_bytes,
        controller=DiskController(disk.controller) if known else DiskController.UNKNOWN,
        controller_model=disk.adapter,
    )


def _fill(folder: Path, command: ExportPackage, workshop: Workshop, tell: Callable[[int], None]) -> None:
    disks = [disk for disk in command.disks if disk.path]
    sources = [_source(workshop, disk) for disk in disks]
    sizes = [disk.virtual_size_bytes for disk in disks]
    progress = Progress(sizes, tell, most_percent=80)
    for left in folder.glob("*.partial"):
        shutil.rmtree(left, ignore_errors=True)
    for index, (disk, source) in enumerate(zip(disks, sources, strict=True)):
        target = folder / _name(disk)
        if not target.exists():
            _as_vmdk(source, target, workshop, progress.percent_of(index))
        inspect_image(target, DiskFormat.VMDK)
    files = {_name(disk): folder / _name(disk) for disk in disks}
    _write(facts_of(command.machine, command.disks), files, folder / PACKAGE, workshop, tell)
    for file in files.values():
        file.unlink()


def _source(workshop: Workshop, disk: DiskToExport) -> Source:
    template = find_template(workshop.root, disk.path, disk.format)
    return Source(template.path, template.format)


def _as_vmdk(source: Source, target: Path, workshop: Workshop, progress: Callable[[float], None]) -> None:
    """As it is, where it is one already."""
    subformat = inspect_image(source.path, source.format).subformat
    if (source.format, subformat) == (DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED):
        os.link(source.path, target)
        return
    Staging(workshop.root).require_room(qemu_img.measure(source, DiskFormat.VMDK))
    wanted = Target(target, DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED)
    try:
        qemu_img.convert(source, wanted, progress=progress, cancelled=workshop.is_unwanted)
    except DatastoreFull as error:
        raise NoRoom(f"{_FULL}: {room_in(workshop.root)}.") from error


def _write(
    facts: PackageFacts, files: dict[str, Path], path: Path, workshop: Workshop, tell: Callable[[int], None]
) -> None:
    size_bytes = package_size_bytes(facts, files)
    Staging(workshop.root).require_room(size_bytes)
    with full_as(NoRoom, workshop.root, _FULL), path.open("wb") as written:
        for piece in write_package(facts, files, stem="template"):
            workshop.look_up()
            written.write(piece)
            tell(80 + 15 * written.tell() // size_bytes)


def _name(disk: DiskToExport) -> str:
    return f"disk-{disk.number}.vmdk"
