"""Bringing files into a repository without anybody sending them: fetched from an address, or taken in where
they lie already. Both end as an upload does."""

from django.utils.translation import gettext_lazy as _

from catalogue import arrivals
from catalogue.models import FoundFile, Upload, UploadState
from contracts.appliance import CancelFetch, DeleteTemplateFiles, FetchTemplate, TakeInFile
from contracts.base import Command
from contracts.vocabulary import ErrorCode, RefusalCode, Service, queue_name
from infrastructure.services.watching import NO_OPERATION
from operations import outbox
from operations.failures import words_of
from operations.models import Operation, OperationStatus
from operations.saga import Dispatch, Saga, Step, register

FETCH_KIND, DOWNLOAD_KIND, TAKE_IN_KIND = "upload.fetch", "upload.download", "upload.take_in"
ATTEMPTS = 6
# Of these the datacenter's own words are for whoever gave the address.
TOLD = {*RefusalCode, ErrorCode.REPOSITORY_FULL} | {each for each in ErrorCode if each.startswith("source_")}


def _fetch(operation: Operation) -> Dispatch:
    upload = _upload_of(operation)
    command = FetchTemplate(
        operation_id=operation.id,
        upload_id=upload.uuid,
        enterprise_id=upload.enterprise_id,
        url=upload.source_url,
        most_bytes=operation.parameters["most_bytes"],
        sha256=upload.sha256,
        sha512=upload.sha512,
    )
    return _dispatch(upload, command, Service.APPLIANCE_FETCH)


def _take_in(operation: Operation) -> Dispatch:
    upload = _upload_of(operation)
    command = TakeInFile(
        operation_id=operation.id,
        upload_id=upload.uuid,
        enterprise_id=upload.enterprise_id,
        path=upload.source_path,
        beside=tuple(operation.parameters.get("beside", ())),
    )
    return _dispatch(upload, command, Service.APPLIANCE_FETCH)


def _discard(operation: Operation) -> Dispatch:
    """Not on the queue of what it ends: there it would wait behind it."""
    upload = _upload_of(operation)
    command = CancelFetch(
        operation_id=operation.id, upload_id=upload.uuid, enterprise_id=upload.enterprise_id
    )
    return _dispatch(upload, command, Service.APPLIANCE)


def _register(operation: Operation) -> dict:
    output = operation.steps.get(position=0).output
    return {"template": arrivals.settle(operation.resource_id, output)}


_REGISTER = Step(name="register_template", title=_("Make the template"), run=_register)


class Bringing(Saga):
    """What both have in common. The upload tells what became of it, for whoever has no eye for tasks."""

    def interrupt(self, operation: Operation) -> Dispatch:
        return _discard(operation)

    def succeeded(self, operation: Operation) -> dict:
        template = operation.steps.get(position=1).output["template"]
        operation.result = {"template": template}
        return {"template": template}

    def failed(self, operation: Operation) -> dict:
        upload = _upload_of(operation)
        error = operation.error or {}
        code = str(error.get("code", ErrorCode.INTERNAL_ERROR))
        cancelled = operation.status == OperationStatus.CANCELLING
        upload.state = UploadState.CANCELLED if cancelled else UploadState.FAILED
        if not cancelled:
            upload.code = code[:64]
            told = code in TOLD or code.isupper()
            upload.detail = str(error.get("detail") if told else words_of(code))[:1024]
        upload.save()
        return {"code": upload.code}


@register
class Fetch(Bringing):
    """Long, and gone on with by the next attempt; of one enterprise only a few are under way at a time."""

    kind = FETCH_KIND
    title = _("Fetch a template")
    privilege = "APPLIB_UPLOAD_IMAGE"
    dialect_type = "DOWNLOAD"
    done_event, failed_event = "upload.fetched", "upload.failed"
    steps = (
        Step(
            name="fetch",
            title=_("Fetch and inspect"),
            send=_fetch,
            undo_send=_discard,
            lease_seconds=60,
            attempts=ATTEMPTS,
        ),
        _REGISTER,
    )


@register
class Download(Fetch):
    """The same of a definition, which takes another privilege."""

    kind = DOWNLOAD_KIND
    title = _("Download a template")
    privilege = "APPLIB_DOWNLOAD_FROM_REMOTE_REPOSITORY"


@register
class TakeIn(Bringing):
    """A file that lies in the repository already and is moved to where templates lie."""

    kind = TAKE_IN_KIND
    title = _("Make a template of a file")
    privilege = "APPLIB_MANAGE_REPOSITORY"
    dialect_type = "IMPORT"
    done_event, failed_event = "upload.taken_in", "upload.failed"
    steps = (
        Step(
            name="take_in",
            title=_("Inspect the file"),
            send=_take_in,
            undo_send=_discard,
            lease_seconds=60,
        ),
        _REGISTER,
    )

    def succeeded(self, operation: Operation) -> dict:
        """Only now do the files lose their old names: until here nothing was lost if this had failed."""
        upload = _upload_of(operation)
        FoundFile.objects.filter(repository_id=upload.repository_id, path=upload.source_path).delete()
        beside = operation.parameters.get("beside", ())
        command = DeleteTemplateFiles(operation_id=NO_OPERATION, paths=(upload.source_path, *beside))
        queue = queue_name(upload.repository.datacenter.uuid, Service.APPLIANCE)
        outbox.enqueue(queue=queue, body=command.model_dump(mode="json"))
        return super().succeeded(operation)


def _upload_of(operation: Operation) -> Upload:
    return Upload.objects.select_related("repository__datacenter").get(pk=operation.resource_id)


def _dispatch(upload: Upload, command: Command, service: Service) -> Dispatch:
    target = f"fetch:{upload.repository_id}:{upload.enterprise_id}" if service != Service.APPLIANCE else ""
    return Dispatch(queue_name(upload.repository.datacenter.uuid, service), command, target=target)
