"""Making an instance: the machine's disks are copied into the repository while it stays off and locked."""

from django.utils.translation import gettext_lazy as _

from catalogue.sagas.making import MakingTemplate, common_of, copying, copying_step, template_made_by
from compute.models import Disk
from compute.sagas import commands
from compute.sagas.action import MachineSaga
from contracts.copies import CaptureDisks, DiskToCapture
from contracts.vocabulary import DiskFormat
from operations.models import Operation
from operations.saga import Dispatch, register


def _capture(operation: Operation) -> Dispatch:
    template = template_made_by(operation)
    disks = {disk.pk: disk for disk in _disks_of(operation)}
    places = zip(operation.parameters["disks"], template.disks.all(), strict=True)
    command = CaptureDisks(
        **common_of(operation, template),
        machine_id=commands.machine_of(operation).uuid,
        disks=tuple(
            DiskToCapture(
                disk_id=disks[pk].uuid,
                datastore_path=disks[pk].datastore.path,
                source_path=disks[pk].source_path,
                source_format=DiskFormat(disks[pk].source_format or DiskFormat.QCOW2),
                number=made.position,
                most_bytes=made.file_size_bytes,
            )
            for pk, made in places
        ),
    )
    return copying(template, command)


@register
class MakeInstance(MakingTemplate, MachineSaga, action="instance", done="instance_made"):
    """``parameters``: besides what every template being made has, disks: ids in the template's order."""

    dialect_type = "INSTANCE"
    steps = (copying_step("capture_disks", _("Copy the disks into the repository"), _capture),)

    def succeeded(self, operation: Operation) -> dict:
        return super().succeeded(operation) | {"state": commands.machine_of(operation).state}

    def failed(self, operation: Operation) -> dict:
        return super().failed(operation) | {"state": commands.machine_of(operation).state}


def _disks_of(operation: Operation) -> list[Disk]:
    wanted = Disk.objects.filter(pk__in=operation.parameters["disks"])
    return list(wanted.filter(virtual_machine_id=operation.resource_id).select_related("datastore"))
