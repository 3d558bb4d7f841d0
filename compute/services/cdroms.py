"""Inserting ISO images into machines that exist, and ejecting them."""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from catalogue.models import TemplateDisk, TemplateState
from compute.models import Disk, DiskKind, VirtualMachine
from compute.services.access import locked_machine, require_action
from compute.services.power import start_action
from compute.states import MachineState
from core.errors import Conflict, NotFound
from core.transactions import retried_transaction
from events.services import record_event
from operations.models import Operation
from tenants.access import require

PRIVILEGE = "MANAGE_ISO"
MOST = 3
MIB = 1024 * 1024


@retried_transaction
def insert_cdrom(*, actor: Any, machine_id: int, image_id: int, correlation_id: str = "") -> Operation | None:
    """Put an ISO image into a drive of its own; by an operation (returned) where the machine is deployed.

    ``image_id`` is a template's optical disk. Raises NotFound (VM-1, VIMAGE-0 for no such image in the
    machine's location), PermissionRefused, Conflict: the state, CDROM-1 for more drives than there are.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, PRIVILEGE, machine)
    require_action(actor, machine, "change_cdrom")
    images = usable_images(actor, machine).select_related("template").select_for_update()
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NotFound(_("There is no such ISO image in the machine's location."), code="VIMAGE-0")
    drives = machine.disks.filter(kind=DiskKind.CDROM).count()
    if drives >= MOST:
        raise Conflict(
            _("%(name)s has %(most)s CD-ROMs already; there are no more places.")
            % {"name": machine.name, "most": MOST},
            code="CDROM-1",
            remedy=_("Eject one first."),
        )
    disk = _added(machine, image)
    if machine.state == MachineState.NOT_ALLOCATED:
        record_event(
            kind="virtual_machine.cdrom_changed", subject=machine, actor=actor,
            data={"image": image.template.name},
        )  # fmt: skip
        return None
    return _changed(actor, machine, disk, {"way": "insert"}, correlation_id)


@retried_transaction
def eject_cdrom(
    *, actor: Any, machine_id: int, disk_id: int, force: bool = False, correlation_id: str = ""
) -> Operation | None:
    """Take a CD-ROM out; by an operation (returned) where the machine is deployed. ``force``: though its
    guest holds the tray shut.

    Raises NotFound (VM-1, HD-0), PermissionRefused, Conflict for the state.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, PRIVILEGE, machine)
    require_action(actor, machine, "change_cdrom")
    disk = machine.disks.filter(pk=disk_id, kind=DiskKind.CDROM).first()
    if disk is None:
        raise NotFound(_("The machine has no such CD-ROM."), code="HD-0")
    if machine.state == MachineState.NOT_ALLOCATED:
        record_event(kind="virtual_machine.cdrom_changed", subject=machine, actor=actor)
        disk.delete()
        return None
    return _changed(actor, machine, disk, {"way": "eject", "force": force}, correlation_id)


def usable_images(actor: Any, machine: VirtualMachine) -> Any:
    """The ISO images that the actor may put into the machine."""
    location = machine.virtual_datacenter.datacenter_id
    return TemplateDisk.objects.visible_to(actor).filter(
        optical=True, state=TemplateState.DONE, template__state=TemplateState.DONE,
        template__repository__datacenter_id=location,
    )  # fmt: skip


def _added(machine: VirtualMachine, image: TemplateDisk) -> Disk:
    last = machine.disks.aggregate(last=Max("position"))["last"]
    beside = machine.disks.order_by("position").first()
    return Disk.objects.create(
        virtual_machine=machine,
        template_disk=image,
        kind=DiskKind.CDROM,
        position=0 if last is None else last + 1,
        size_mib=-(-image.virtual_size_bytes // MIB),
        datastore_id=beside.datastore_id if beside else None,
        source_path=image.path,
        source_format=image.format,
        backed=machine.state != MachineState.NOT_ALLOCATED,
    )


def _changed(
    actor: Any, machine: VirtualMachine, disk: Disk, way: dict[str, Any], correlation_id: str
) -> Operation:
    return start_action(
        actor=actor,
        machine=machine,
        action_name="change_cdrom",
        correlation_id=correlation_id,
        parameters={"disk": disk.pk, **way},
    )
