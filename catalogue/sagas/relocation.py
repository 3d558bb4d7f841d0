"""Copying a template to another datacenter, whose appliance manager fetches the files from the one here."""

from datetime import timedelta
from urllib.parse import quote, urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import TemplateDisk
from catalogue.sagas.making import MakingTemplate, common_of, copying, copying_step, template_made_by
from contracts.copies import FetchTemplateFiles, FileToFetch
from contracts.signing import token_of
from contracts.uploads import DownloadTicket
from contracts.vocabulary import DiskFormat
from infrastructure.models import Datacenter
from operations.models import Operation
from operations.saga import Dispatch, register

KIND = "template.copy"
VALIDITY = timedelta(hours=24)


def _fetch(operation: Operation) -> Dispatch:
    template = template_made_by(operation)
    address = operation.parameters["appliance_manager"]
    source = Datacenter.objects.get(pk=operation.parameters["from_datacenter"])
    disks = template.disks.exclude(path=None).select_related("copied_from")
    files = tuple(_file(disk, disk.copied_from, address, source.key) for disk in disks)
    return copying(template, FetchTemplateFiles(**common_of(operation, template), files=files))


def _file(disk: TemplateDisk, there: TemplateDisk, address: str, key: str) -> FileToFetch:
    """With a ticket of the other datacenter's for this one file."""
    ticket = DownloadTicket(path=there.path, file_name="copy", expires_at=timezone.now() + VALIDITY)
    query = urlencode({"ticket": token_of(ticket, key)})
    return FileToFetch(
        url=f"{address}/files/{quote(there.path)}?{query}",
        format=DiskFormat(disk.format),
        number=disk.position,
        size_bytes=there.file_size_bytes,
        sha256=there.sha256,
    )


@register
class CopyTemplate(MakingTemplate):
    """``parameters`` besides: appliance_manager, the address to fetch from, and from_datacenter."""

    kind = KIND
    title = _("Copy to another location")
    privilege = "APPLIB_EXPORT_TO_PRIVATE"
    dialect_type = "EXPORT_TEMPLATE_TO_PRIVATE"
    done_event, failed_event = "template.copied", "template.copy_failed"
    steps = (copying_step("fetch_template_files", _("Fetch the files"), _fetch),)
