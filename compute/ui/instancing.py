"""The form of a new instance: name, description, disks, the room it takes and what limits say to it."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from compute import services
from compute.models import DiskKind, VirtualMachine
from compute.ui.deploying import force_fields
from compute.ui.filters import whole_number
from infrastructure.services import sees_numbers


def asked(request: HttpRequest, machine: VirtualMachine) -> dict[str, Any]:
    """The dialog's values: as they were sent, or proposed. All disks are ticked at first."""
    sent = request.POST
    plan = services.plan_instance(machine)
    lines = [line.as_dict() for line in plan.limit_lines if line.visible or sees_numbers(request.user)]
    today = f"{timezone.localdate():%Y-%m-%d}"
    proposed = _("%(name)s, %(date)s") % {"name": machine.name, "date": today}
    disks = list(
        machine.disks.exclude(kind=DiskKind.CDROM).select_related("template_disk").order_by("position")
    )
    ticked = {disk.pk for disk in disks} if request.method == "GET" else set(_disks_in(request))
    return force_fields(request) | {
        "instance": {
            "name": sent.get("name", proposed[:128]),
            "description": sent.get("description", ""),
            "disks": [{"row": disk, "chosen": disk.pk in ticked} for disk in disks],
            "room_mib": plan.room_mib,
            "limits": lines,
            "passes_soft": any(line.soft_passed and not line.hard_passed for line in plan.limit_lines),
        },
        "title": _("Make an instance of %(name)s") % {"name": machine.name},
        "fields": {"key": sent.get("key") or uuid4().hex},
    }


def wanted_in(request: HttpRequest) -> services.WantedInstance:
    """What the form asks for; the service says what is wrong with it."""
    sent = request.POST
    return services.WantedInstance(
        name=sent.get("name", ""), description=sent.get("description", ""), disks=_disks_in(request)
    )


def _disks_in(request: HttpRequest) -> list[int]:
    numbers = map(whole_number, request.POST.getlist("disk"))
    return [number for number in numbers if number is not None]
