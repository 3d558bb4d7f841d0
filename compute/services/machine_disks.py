"""Which disks a machine is made with, and how large: its template's or larger, or for an ISO image an empty
one beside the CD-ROM."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import TemplateDisk
from compute.models import Disk, DiskKind
from core.errors import Conflict, Invalid

MIB = 1024 * 1024
EMPTY_MIB = range(1, 64 * 1024 * 1024 + 1)
USUAL_EMPTY_MIB = 10 * 1024


def disks_for(
    template_disks: list[TemplateDisk], empty_mib: Any = None, sizes_mib: Sequence[Any] = ()
) -> list[Disk]:
    """The disks, not saved yet and without their machine. ``empty_mib``: how large the empty one shall be
    that a template of an ISO image alone takes; others have none. ``sizes_mib``: of the other disks in their
    order, from the system disk on; None or none: as the template has it.

    Raises Invalid (DISK-6, HD-3), Conflict (HD-8) for less than the template has.
    """
    found = [
        Disk(
            template_disk=disk,
            kind=DiskKind.CDROM if disk.optical else DiskKind.COPY,
            size_mib=-(-disk.virtual_size_bytes // MIB),
        )
        for disk in template_disks
    ]
    own = [disk for disk in found if disk.kind != DiskKind.CDROM]
    for disk, size in zip(own, sizes_mib, strict=False):
        disk.size_mib = larger_size(disk, size, of=_("the template's"))
    if not own:
        size = _checked(USUAL_EMPTY_MIB if empty_mib is None else empty_mib)
        found.insert(0, Disk(template_disk=template_disks[0], kind=DiskKind.EMPTY, size_mib=size))
    for position, disk in enumerate(found):
        disk.position = position
    return found


def larger_size(disk: Disk, size_mib: Any, *, of: str) -> int:
    """The size, if the disk may have it; its own for None. ``of`` says whose the least is.

    Raises Invalid (HD-3) for no size of a disk, Conflict (HD-8) for less than it has, HD-16 of a CD-ROM.
    """
    if size_mib is None or size_mib == disk.size_mib:
        return disk.size_mib
    if disk.kind == DiskKind.CDROM:
        raise Conflict(_("A CD-ROM is as large as its image."), code="HD-16")
    size = _whole(size_mib)
    if size not in EMPTY_MIB:
        raise Invalid(
            _("A disk has %(low)s to %(high)s MiB; %(value)s is none of them.")
            % {"low": EMPTY_MIB[0], "high": EMPTY_MIB[-1], "value": size_mib},
            code="HD-3",
        )
    if size < disk.size_mib:
        raise Conflict(
            _("A disk is never made smaller: %(whose)s has %(least)s MiB, and %(asked)s MiB were asked for.")
            % {"whose": of, "least": disk.size_mib, "asked": size},
            code="HD-8",
            remedy=_("Ask for %(least)s MiB or more.") % {"least": disk.size_mib},
        )
    return size


def taken_mib(disks: list[Disk]) -> int:
    """What they take of a datastore: CD-ROMs are only read."""
    return sum(disk.size_mib for disk in disks if disk.kind != DiskKind.CDROM)


def _checked(value: Any) -> int:
    size = _whole(value)
    if size not in EMPTY_MIB:
        raise Invalid(
            _("An empty disk has %(low)s to %(high)s MiB; %(value)s is none of them.")
            % {"low": EMPTY_MIB[0], "high": EMPTY_MIB[-1], "value": value},
            code="DISK-6",
        )
    return size


def _whole(value: Any) -> int:
    """0 for what is no number."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
