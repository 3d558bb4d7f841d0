"""Tells the catalogue which machines are made of a template, for deciding and for showing."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from catalogue import uses
from catalogue.uses import Use
from compute.models import Disk, DiskKind, VirtualMachine
from compute.states import shown_state

MOST_SHOWN = 200


def machines_made_of(template_id: int) -> Iterator[Use]:
    """All of them, and those that have its image in a CD-ROM drive. Those with a backed disk read what they
    have not changed from the template's file."""
    reads = Exists(Disk.objects.filter(virtual_machine_id=OuterRef("pk"), backed=True))
    inserted = Disk.objects.filter(template_disk__template_id=template_id, kind=DiskKind.CDROM)
    using = Q(template_id=template_id) | Q(pk__in=inserted.values("virtual_machine_id"))
    machines = VirtualMachine.objects.filter(using).annotate(reads=reads)
    for name, enterprise_id, reading in machines.order_by("name").values_list(
        "name", "enterprise_id", "reads"
    ):
        yield Use(name, enterprise_id, holds_file=reading)


def files_read(template_id: int) -> Iterator[str]:
    """The files that disks of machines made of the template read from, of all that were chosen for them."""
    disks = Disk.objects.filter(template_disk__template_id=template_id, backed=True)
    return disks.order_by().values_list("source_path", flat=True).distinct().iterator()


def machines_shown_to(template_id: int, actor: Any) -> list[dict[str, Any]]:
    """Those the actor sees, by name."""
    machines = VirtualMachine.objects.visible_to(actor).filter(template_id=template_id).with_locked()
    columns = ("id", "name", "state", "locked", "virtual_datacenter__name", "enterprise__name")
    return [
        {
            "name": row["name"],
            "url": reverse("compute:machine", args=[row["id"]]),
            "place": row["virtual_datacenter__name"],
            "enterprise": row["enterprise__name"],
            "state": shown_state(row["state"], row["locked"]),
        }
        for row in machines.order_by("name", "id").values(*columns)[:MOST_SHOWN]
    ]


def register_uses() -> None:
    """Called when the app is ready."""
    uses.register(machines_made_of, machines_shown_to, files_read)
