"""Signed tickets for a datacenter's appliance manager, and where it is."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import TemplateDisk, Upload
from contracts.signing import token_of
from contracts.uploads import DownloadTicket, UploadTicket
from core.errors import Conflict
from infrastructure.models import Datacenter, RemoteService, RemoteServiceType
from tenants.access import require

DOWNLOAD = "APPLIB_DOWNLOAD_IMAGE"
VALIDITY = timedelta(minutes=15)


def appliance_manager_of(datacenter: Datacenter) -> str:
    """Its address as browsers and clients reach it, without a slash at the end. Raises Conflict (AM-2)."""
    found = RemoteService.objects.filter(datacenter=datacenter, type=RemoteServiceType.APPLIANCE_MANAGER)
    uri = found.values_list("uri", flat=True).first() or ""
    if not uri.startswith(("http://", "https://")) or not datacenter.key:
        raise Conflict(
            _("Nobody takes or sends files in %(location)s.") % {"location": datacenter},
            code="AM-2",
            remedy=_("A cloud administrator registers the http address of its appliance manager."),
        )
    return uri.rstrip("/")


def appliance_manager_column(datacenter: str = "pk") -> Subquery:
    """The same for a query of datacenters, or of what has one in the column ``datacenter``: NULL where nobody
    listens."""
    found = RemoteService.objects.filter(
        datacenter_id=OuterRef(datacenter), type=RemoteServiceType.APPLIANCE_MANAGER, uri__startswith="http"
    )
    return Subquery(found.order_by().values("uri")[:1])


def appliance_managers(datacenter_ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those that listen, by datacenter."""
    found = RemoteService.objects.filter(
        datacenter_id__in=set(datacenter_ids),
        type=RemoteServiceType.APPLIANCE_MANAGER,
        uri__startswith="http",
    )
    return {pk: uri.rstrip("/") for pk, uri in found.order_by().values_list("datacenter_id", "uri")}


def token_of_upload(upload: Upload) -> str:
    """What lets its bearer send the upload's bytes for a quarter of an hour."""
    ticket = UploadTicket(
        upload_id=upload.uuid,
        enterprise_id=upload.enterprise_id,
        file_name=upload.file_name,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        expires_at=timezone.now() + VALIDITY,
        open_until=upload.expires_at,
    )
    return token_of(ticket, upload.repository.datacenter.key)


def token_of_download(*, actor: Any, disk: TemplateDisk) -> str:
    """What lets its bearer read the disk's file for a quarter of an hour. Raises PermissionRefused."""
    require(actor, DOWNLOAD)
    ticket = DownloadTicket(
        path=disk.path,
        file_name=f"{disk.template.name}-{disk.position}.{disk.format}",
        expires_at=timezone.now() + VALIDITY,
    )
    return token_of(ticket, disk.template.repository.datacenter.key)
