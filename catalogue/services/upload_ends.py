"""What an appliance manager tells of uploads, turned into progress, templates and reasons."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import (
    UNDER_WAY,
    Category,
    DiskController,
    EthernetDriver,
    Template,
    TemplateDefinition,
    Upload,
    UploadState,
)
from catalogue.os_types import OS_TYPES
from catalogue.sagas.packaging import TOLD
from catalogue.services.bounds import check_bounds
from catalogue.services.checking import LONGEST, checked
from catalogue.services.templates import register_template
from catalogue.services.uploads import LONGEST_NAME, AnnouncedFile, discard_files
from contracts.uploads import UploadedDisk, UploadFailed, UploadFinished, UploadProgressed
from core.errors import Invalid, LimitExceeded
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event

LONGEST_DETAIL = 1024
LARGEST_VCPUS, LARGEST_MEMORY_MIB = 1024, 64 * 1024 * 1024
_RELATED = ("enterprise", "repository__datacenter", "user")


def record_upload_progress(observation: UploadProgressed) -> None:
    """Note how far an upload is; what is over or out of order is dropped."""
    upload = Upload.objects.filter(uuid=observation.upload_id, state__in=UNDER_WAY)
    if observation.size_bytes:
        # The room that was kept for more than it has is free from now on.
        brought = upload.exclude(source_url="").filter(size_bytes__gt=observation.size_bytes)
        brought.update(size_bytes=observation.size_bytes)
    further = upload.filter(received_bytes__lt=observation.received_bytes)
    further.update(received_bytes=observation.received_bytes, state=UploadState.RECEIVING)
    upload.filter(size_bytes=observation.received_bytes).update(state=UploadState.CHECKING)


@retried_transaction
def settle_upload(observation: UploadFinished) -> Template | None:
    """Make the template, and let go of the room that was kept for more than the file took.

    None when there is nothing to do: it was settled before, or given up, and then its files go.
    """
    upload = _locked(observation)
    if upload is None or upload.state not in UNDER_WAY:
        if upload is not None and upload.state != UploadState.DONE:
            discard_files(upload)
        return None
    try:
        with transaction.atomic():
            return _settled(upload, observation)
    except LimitExceeded as error:
        _fail(upload, error.code, error.message)
        discard_files(upload)
        return None


def settle_brought(upload_id: int, output: dict[str, Any]) -> int:
    """The same of an upload that an operation brings; the template's id. Raises LimitExceeded."""
    upload = Upload.objects.select_for_update().get(pk=upload_id)
    observation = UploadFinished(upload_id=upload.uuid, observed_at=timezone.now(), **output)
    return _settled(upload, observation).pk


def _settled(upload: Upload, observation: UploadFinished) -> Template:
    # From here on the room kept for the upload is not counted, but what its template takes.
    upload.state = UploadState.DONE
    upload.received_bytes = sum(disk.file_size_bytes for disk in observation.disks)
    upload.file_name = upload.file_name or observation.file_name
    upload.save()
    upload.template = _template_of(upload, observation)
    upload.name = upload.template.name
    upload.save()
    return upload.template


@retried_transaction
def fail_upload(observation: UploadFailed) -> None:
    """Keep why it failed, for people; its room is free."""
    upload = _locked(observation)
    if upload is not None and upload.state in UNDER_WAY:
        _fail(upload, observation.code, observation.detail)


def _locked(observation: UploadFinished | UploadFailed) -> Upload | None:
    uploads = Upload.objects.select_for_update().filter(uuid=observation.upload_id)
    return uploads.select_related(*_RELATED).first() if uploads.exists() else None


def _fail(upload: Upload, code: str, detail: str) -> None:
    upload.state = UploadState.CANCELLED if code == "cancelled" else UploadState.FAILED
    upload.code, upload.detail = code[:64], detail[:LONGEST_DETAIL]
    upload.save()
    if upload.state == UploadState.FAILED:
        data = {"code": upload.code, "detail": upload.detail}
        record_event(kind="upload.failed", subject=upload, severity=Severity.WARN, data=data)


def _template_of(upload: Upload, observation: UploadFinished) -> Template:
    told = observation.proposal
    title = upload.name or AnnouncedFile(1, observation.file_name).title
    proposed = "" if upload.is_brought else told.get("name")
    name = str(proposed or title or _("Upload %(number)s") % {"number": upload.pk})
    return register_template(
        actor=None,
        enterprise=upload.enterprise,
        datacenter=upload.repository.datacenter,
        name=name[:LONGEST_NAME],
        disk=[_disk_of(disk) for disk in observation.disks],
        creator_name=str(upload.user or ""),
        **_fields_of(upload, told),
    )


def _disk_of(told: UploadedDisk) -> dict[str, Any]:
    """A controller that nobody knows is none: then disks are virtual ones. Only SCSI has adapters. One with
    nothing on it has no file."""
    values = told.model_dump(mode="json")
    controller = values.pop("controller").upper()
    adapter = values.pop("adapter") if controller == DiskController.SCSI else ""
    known = {"controller": controller} if controller in DiskController.values else {}
    return values | known | {"adapter": adapter, "path": told.path or None}


def _fields_of(upload: Upload, told: dict[str, str | int]) -> dict[str, Any]:
    """What the definition, the package or the client says of the machine, as far as it makes sense."""
    told = told | _told_by(upload.definition)
    fields: dict[str, Any] = {"description": str(told.get("description", ""))[:255]}
    if told.get("os_type") in OS_TYPES:
        fields["os_type"] = told["os_type"]
    if told.get("ethernet_driver") in EthernetDriver.values:
        fields["ethernet_driver"] = told["ethernet_driver"]
    for name in ("os_version", "login_user"):
        fields[name] = str(told.get(name, ""))[:64]
    for name, most in (("vcpus", LARGEST_VCPUS), ("memory_mib", LARGEST_MEMORY_MIB)):
        if isinstance(told.get(name), int) and 0 < told[name] <= most:
            fields[name] = told[name]
    if told.get("terms"):
        fields["terms"] = str(told["terms"])[: LONGEST["terms"]]
    fields |= _as_exported(str(told.get("told", "")), fields)
    usable = Category.objects.usable_in(upload.enterprise_id)
    category = usable.filter(name=str(told.get("category", ""))[:30]).first()
    return fields | ({"category": category} if category else {})


def _as_exported(told: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What a package made by Atrium says of it besides, held to the rules of whoever edits a template.

    It comes from outside: when a part breaks the rules, nothing of it counts.
    """
    try:
        sent = json.loads(told) if told else {}
        values = checked({name: sent[name] for name in TOLD if name in sent})
        _require_kinds(values)
        check_bounds(Template(**fields | values))
    except (ValueError, TypeError, RecursionError, Invalid):
        return {}
    return values


def _require_kinds(values: dict[str, Any]) -> None:
    """Raises ValueError for text that no database takes, and where yes or no is neither."""
    json.dumps(values, ensure_ascii=False).encode()
    plain = Template()
    if any(isinstance(getattr(plain, name), bool) != isinstance(values[name], bool) for name in values):
        raise ValueError("it is not of the kind the template has there")


def _told_by(definition: TemplateDefinition | None) -> dict[str, str]:
    """What a definition says of the machine, by the names of what packages tell."""
    if definition is None:
        return {}
    told = {
        "description": definition.description,
        "os_type": definition.os_type,
        "os_version": definition.product_version,
        "category": definition.category.name if definition.category else "",
    }
    return {name: value for name, value in told.items() if value}
