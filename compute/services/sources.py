"""Claiming what a machine's disks are made of: a template's files stay while a disk reads from them."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.formats import SourceFile, source_for
from catalogue.models import ConversionState, TemplateDisk, TemplateState
from compute.models import Disk, DiskKind, VirtualMachine
from contracts.vocabulary import DiskFormat, HypervisorType
from core.errors import Conflict


def claim_disks(machine: VirtualMachine, datastore_id: int) -> None:
    """Choose where the disks go, what each is made of and what the guest has drivers for; the caller saves
    the machine. Joins the caller's transaction.

    The templates stay locked until it ends: none is deleted in the very moment. Raises Conflict (VM-19).
    """
    hypervisor_type = HypervisorType(machine.host.hypervisor_type)
    for disk in machine.disks.select_related("template_disk__template").select_for_update():
        _require_there(disk.template_disk)
        machine.disks.filter(pk=disk.pk).update(
            datastore_id=datastore_id,
            controller=disk.template_disk.controller,
            adapter=disk.template_disk.adapter,
            stream_due_at=None,
            **_made_of(disk, hypervisor_type, whole=machine.full_clone and disk.kind == DiskKind.COPY),
        )
        if disk.kind != DiskKind.CDROM:
            machine.ethernet_driver = disk.template_disk.template.ethernet_driver


def _made_of(disk: Disk, hypervisor_type: HypervisorType, *, whole: bool) -> dict[str, Any]:
    """What the disk reads from; nothing for one with nothing on it. ``whole``: all is copied at once."""
    template_disk = disk.template_disk
    if template_disk.is_empty or disk.kind == DiskKind.EMPTY:
        return {"source_path": "", "source_format": "", "cloned": False, "backed": False}
    own = SourceFile(template_disk.path, DiskFormat(template_disk.format))
    source = source_for(hypervisor_type, own, _converted(template_disk))
    file = source.file
    return {
        "source_path": file.path, "source_format": file.format, "cloned": source.clone or whole,
        "backed": True,
    }  # fmt: skip


def _converted(template_disk: TemplateDisk) -> list[SourceFile]:
    done = template_disk.conversions.filter(state=ConversionState.FINISHED)
    return [SourceFile(path, DiskFormat(format)) for path, format in done.values_list("path", "format")]


def _require_there(template_disk: TemplateDisk) -> None:
    if template_disk.state == template_disk.template.state == TemplateState.DONE:
        return
    raise Conflict(
        _("The template %(name)s can't be used now: %(state)s.")
        % {"name": template_disk.template.name, "state": template_disk.template.get_state_display()},
        code="VM-19",
        remedy=_("Choose another template, or ask whoever looks after it."),
    )
