"""Making a package of a template, to be fetched and taken elsewhere; and removing it again."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.addresses import result_of
from catalogue.models import Package, TemplateState
from catalogue.models.template import MachineDefaults
from catalogue.sagas.making import COPY_SECONDS
from contracts.copies import (
    CancelCopy,
    CopyCommand,
    DiscardCopy,
    DiskToExport,
    ExportPackage,
    PackageMachine,
)
from contracts.vocabulary import DiskFormat, Service, queue_name
from operations import outbox
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register

KIND = "template.export"
KEPT = timedelta(hours=24)
NO_SECRETS = ("sealed_login_password",)
# What OVF has no words for, or only approximate ones.
TOLD = (*(f.name for f in MachineDefaults._meta.fields if f.name not in NO_SECRETS), "terms", "cost_code")


def _export(operation: Operation) -> Dispatch:
    package = _package_of(operation)
    template = package.template
    disks = tuple(
        DiskToExport(
            path=disk.path or "",
            format=DiskFormat(disk.format),
            number=disk.position,
            virtual_size_bytes=disk.virtual_size_bytes,
            label=disk.label,
            controller=disk.controller.lower(),
            adapter=disk.adapter,
        )
        for disk in template.disks.all()
    )
    machine = PackageMachine(
        name=template.name,
        description=template.description,
        os_type=template.os_type,
        os_version=template.os_version,
        vcpus=template.vcpus,
        memory_mib=template.memory_mib,
        cores_per_socket=template.cores_per_socket,
        ethernet_driver=template.ethernet_driver,
        terms=template.terms,
        told={name: getattr(template, name) for name in TOLD},
    )
    command = ExportPackage(**_common(operation.id, package), machine=machine, disks=disks)
    queue = queue_name(template.repository.datacenter.uuid, Service.APPLIANCE_COPY)
    return Dispatch(queue, command, target=f"repository:{template.repository_id}")


def _discard(operation: Operation) -> Dispatch:
    return _told(operation, DiscardCopy)


@register
class ExportTemplate(Saga):
    """``parameters``: package, its id."""

    kind = KIND
    title = _("Export as OVA")
    privilege = "APPLIB_DOWNLOAD_IMAGE"
    dialect_type = "EXPORT"
    done_event, failed_event = "package.made", "package.failed"
    steps = (
        Step(
            name="export_package",
            title=_("Convert the disks and pack them"),
            send=_export,
            undo_send=_discard,
            lease_seconds=COPY_SECONDS,
        ),
    )

    def interrupt(self, operation: Operation) -> Dispatch:
        return _told(operation, CancelCopy)

    def succeeded(self, operation: Operation) -> dict[str, Any]:
        package = _package_of(operation)
        told = operation.steps.get(position=0).output
        package.state = TemplateState.DONE
        package.file_size_bytes = told.get("file_size_bytes", package.file_size_bytes)
        package.sha256 = told.get("sha256", "")
        package.expires_at = timezone.now() + KEPT
        package.save()
        operation.result = result_of(package.template)
        return {"size_bytes": package.file_size_bytes}

    def failed(self, operation: Operation) -> dict[str, Any]:
        Package.objects.filter(pk=operation.parameters["package"]).delete()
        return {}


def discard_package(package: Package, operation_id: Any) -> None:
    """Have its file removed, and forget it. Joins the caller's transaction."""
    queue = queue_name(package.template.repository.datacenter.uuid, Service.APPLIANCE)
    command = DiscardCopy(**_common(operation_id, package))
    outbox.enqueue(queue=queue, body=command.model_dump(mode="json"))
    package.delete()


def _told(operation: Operation, kind: type[CopyCommand]) -> Dispatch:
    package = _package_of(operation)
    queue = queue_name(package.template.repository.datacenter.uuid, Service.APPLIANCE)
    return Dispatch(queue, kind(**_common(operation.id, package)))


def _common(operation_id: Any, package: Package) -> dict[str, Any]:
    return {
        "operation_id": operation_id,
        "copy_id": package.uuid,
        "enterprise_id": package.enterprise_id,
    }


def _package_of(operation: Operation) -> Package:
    found = Package.objects.select_related("template__repository__datacenter")
    return found.get(pk=operation.parameters["package"])
