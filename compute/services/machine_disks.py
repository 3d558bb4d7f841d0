"""Which disks a machine is made with: its template's, or for an ISO image an empty one beside the CD-ROM."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import TemplateDisk
from compute.models import Disk, DiskKind
from core.errors import Invalid

MIB = 1024 * 1024
EMPTY_MIB = range(1, 64 * 1024 * 1024 + 1)
USUAL_EMPTY_MIB = 10 * 1024


def disks_for(template_disks: list[TemplateDisk], empty_mib: Any = None) -> list[Disk]:
    """The disks, not saved yet and without their machine. ``empty_mib``: how large the empty one shall be
    that a template of an ISO image alone takes; others have none. Raises Invalid (DISK-6).
    """
    found = [
        Disk(
            template_disk=disk,
            kind=DiskKind.CDROM if disk.optical else DiskKind.COPY,
            size_mib=-(-disk.virtual_size_bytes // MIB),
        )
        for disk in template_disks
    ]
    if all(disk.optical for disk in template_disks):
        size = _checked(USUAL_EMPTY_MIB if empty_mib is None else empty_mib)
        found.insert(0, Disk(template_disk=template_disks[0], kind=DiskKind.EMPTY, size_mib=size))
    for position, disk in enumerate(found):
        disk.position = position
    return found


def taken_mib(disks: list[Disk]) -> int:
    """What they take of a datastore: CD-ROMs are only read."""
    return sum(disk.size_mib for disk in disks if disk.kind != DiskKind.CDROM)


def _checked(value: Any) -> int:
    try:
        size = int(value)
    except (TypeError, ValueError):
        size = 0
    if size not in EMPTY_MIB:
        raise Invalid(
            _("An empty disk has %(low)s to %(high)s MiB; %(value)s is none of them.")
            % {"low": EMPTY_MIB[0], "high": EMPTY_MIB[-1], "value": value},
            code="DISK-6",
        )
    return size
