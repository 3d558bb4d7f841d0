"""Asking to send a file: who may, whether there is room for it, and the ticket that lets the bytes in."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.formats import mib
from catalogue.models import Upload, UploadState
from catalogue.services.templates import repository_of
from catalogue.services.upload_tickets import appliance_manager_of, token_of_upload
from contracts.appliance import DiscardUpload
from contracts.vocabulary import Service, queue_name
from core.errors import Conflict, Invalid, NotFound
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.models import Datacenter, LocationLimit
from infrastructure.services import admission_of, admit, locked_place
from infrastructure.services.watching import NO_OPERATION
from operations import outbox
from operations.models import Operation
from operations.services import cancel_operation
from tenants.access import require
from tenants.limits import Amounts, Force
from tenants.models import Enterprise
from tenants.services.refusals import noting_refusals

UPLOAD = "APPLIB_UPLOAD_IMAGE"
OPEN_FOR = timedelta(hours=24)
LARGEST_BYTES = 16 * 2**40
LONGEST_NAME = 128


@dataclass(frozen=True)
class AnnouncedFile:
    """A file somebody wants to send. ``mark`` is how the sender knows it again; ``sha256`` may be empty."""

    size_bytes: int
    name: str = ""
    mark: str = ""
    sha256: str = ""

    @property
    def title(self) -> str:
        """What a template of it is called unless somebody says otherwise."""
        plain = self.name.replace("\\", "/").rpartition("/")[2]
        return (PurePosixPath(plain).stem or plain)[:LONGEST_NAME]


@noting_refusals
@retried_transaction
def request_upload(
    *,
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    file: AnnouncedFile,
    force: bool | Force = False,
) -> Upload:
    """Keep room for the file for a day. The bytes then go to the datacenter's appliance manager.

    The same unfinished file of the same user is continued instead of begun again. Raises Invalid,
    PermissionRefused, NotFound, Conflict (AM-2: nobody there takes uploads), LimitExceeded.
    """
    require_upload(actor=actor, enterprise=enterprise, datacenter=datacenter, size_bytes=file.size_bytes)
    known = _unfinished(actor, enterprise, datacenter, file)
    if known is not None:
        return known
    place = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
    admit(actor=actor, place=place, requested=Amounts(repository_mib=mib(file.size_bytes)), force=force)
    return Upload.objects.create(
        enterprise=enterprise,
        repository=repository_of(datacenter),
        user=actor,
        name=file.title,
        file_name=file.name[-255:],
        mark=file.mark,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        expires_at=timezone.now() + OPEN_FOR,
    )


def require_upload(*, actor: Any, enterprise: Enterprise, datacenter: Datacenter, size_bytes: int) -> None:
    """Raise unless the actor may send a file of that size there; limits are asked when room is kept.

    Raises Invalid, PermissionRefused, NotFound, Conflict (AM-2).
    """
    if not 0 < size_bytes <= LARGEST_BYTES:
        raise Invalid(
            _("A file of %(size)s bytes can't be sent; it must have between 1 byte and %(most)s TiB.")
            % {"size": size_bytes, "most": LARGEST_BYTES // 2**40},
            code="GEN-2",
        )
    require(actor, UPLOAD)
    if not actor.reaches(enterprise.pk):
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    if not LocationLimit.objects.filter(enterprise=enterprise, datacenter=datacenter).exists():
        raise NotFound(_("There is no such location."), code="DC-0")
    appliance_manager_of(datacenter)


@noting_refusals
def admit_upload(*, actor: Any, enterprise: Enterprise, datacenter: Datacenter, size_bytes: int) -> None:
    """Say whether the file would be let in, keeping nothing. Raises as ``request_upload``."""
    require_upload(actor=actor, enterprise=enterprise, datacenter=datacenter, size_bytes=size_bytes)
    with transaction.atomic():
        place = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
        admission_of(place, Amounts(repository_mib=mib(size_bytes))).check(actor=actor)


def renew_ticket(*, actor: Any, upload: Upload) -> str:
    """A fresh ticket for an upload that is under way. Raises PermissionRefused, Conflict."""
    require(actor, UPLOAD)
    if not upload.is_under_way or upload.is_brought:
        raise Conflict(
            _("The upload of %(name)s is over.") % {"name": upload.name},
            remedy=_("Begin it again."),
        )
    return token_of_upload(upload)


@retried_transaction
def cancel_upload(*, actor: Any, upload: Upload) -> None:
    """Give an upload up: its room is free at once, its bytes go when the datacenter hears of it.

    Raises PermissionRefused, Conflict when it is a template already.
    """
    if upload.is_brought and upload.is_under_way:
        _stop_bringing(actor, upload)
        return
    require(actor, UPLOAD)
    upload = Upload.objects.select_for_update().select_related("repository__datacenter").get(pk=upload.pk)
    if upload.state == UploadState.DONE:
        raise Conflict(
            _("%(name)s is a template already.") % {"name": upload.name}, remedy=_("Delete the template.")
        )
    upload.state = UploadState.CANCELLED
    upload.save(update_fields=["state", "updated_at"])
    record_event(kind="upload.cancelled", subject=upload, actor=actor)
    discard_files(upload)


def _stop_bringing(actor: Any, upload: Upload) -> None:
    """Its operation tells the upload how it ended. Raises PermissionRefused, Conflict (TASK-2)."""
    operation = Operation.objects.active_on("upload", [upload.pk]).first()
    if operation is None:
        raise Conflict(_("%(name)s is not on its way any more.") % {"name": upload.name}, code="TASK-2")
    cancel_operation(actor=actor, operation_id=operation.pk)


def discard_files(upload: Upload) -> None:
    """Tell the datacenter to remove whatever it has of the upload."""
    command = DiscardUpload(
        operation_id=NO_OPERATION, upload_id=upload.uuid, enterprise_id=upload.enterprise_id
    )
    queue = queue_name(upload.repository.datacenter.uuid, Service.APPLIANCE)
    outbox.enqueue(queue=queue, body=command.model_dump(mode="json"))


def _unfinished(actor: Any, enterprise: Enterprise, datacenter: Datacenter, file: AnnouncedFile):
    if not file.mark:
        return None
    mine = Upload.objects.under_way().filter(user=actor, enterprise=enterprise)
    same = mine.filter(mark=file.mark, size_bytes=file.size_bytes, file_name=file.name[-255:])
    return same.filter(repository__datacenter=datacenter).exclude(state=UploadState.CHECKING).first()
