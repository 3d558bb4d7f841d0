"""Asking for templates that nobody sends: from an address, by a definition, of a file that lies there."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from catalogue.formats import mib
from catalogue.models import FoundFile, TemplateDefinition, Upload, UploadState
from catalogue.sagas.bringing import DOWNLOAD_KIND, FETCH_KIND, TAKE_IN_KIND
from catalogue.services.deletion import delete_template
from catalogue.services.templates import repository_of
from catalogue.services.uploads import LARGEST_BYTES, UPLOAD, AnnouncedFile, cancel_upload
from contracts.vocabulary import RefusalCode
from core.errors import Conflict, Invalid, NotFound
from core.transactions import retried_transaction
from infrastructure.models import Datacenter, LocationLimit
from infrastructure.services import admit, locked_place
from operations import engine
from operations.models import Operation
from tenants.access import require
from tenants.limits import Amounts, Force
from tenants.models import Enterprise
from tenants.services.refusals import noting_refusals

DOWNLOAD = "APPLIB_DOWNLOAD_FROM_REMOTE_REPOSITORY"
MANAGE = "APPLIB_MANAGE_REPOSITORY"
UNTOLD_BYTES = 20 * 2**30
"""How much room is kept for a file of which nobody says how large it is."""
SLACK_BYTES = 64 * 2**20
BRINGING = (FETCH_KIND, DOWNLOAD_KIND, TAKE_IN_KIND)
LONGEST_ADDRESS = 2000
_CHECKSUM = re.compile(r"(?:(sha256|sha512):)?([0-9a-f]{64}|[0-9a-f]{128})", re.IGNORECASE)
_DIGITS = {"sha256": 64, "sha512": 128}


@dataclass(frozen=True)
class WantedFile:
    """What is to be fetched. ``most_bytes`` 0: as much as is kept for what nobody tells. ``checksum``: a
    SHA-256 or SHA-512 in hexadecimal digits, perhaps with the algorithm and a colon before them."""

    url: str
    name: str = ""
    most_bytes: int = 0
    checksum: str = ""


@noting_refusals
@retried_transaction
def fetch_template(
    *,
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    wanted: WantedFile,
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Keep room for the most the file may have, and begin to fetch it.

    Raises Invalid, PermissionRefused, NotFound, LimitExceeded.
    """
    require(actor, UPLOAD)
    upload = _wanted(actor, enterprise, datacenter, wanted)
    return _begin(FETCH_KIND, upload, force, correlation_id)


@noting_refusals
@retried_transaction
def download_definition(
    *,
    actor: Any,
    definition: TemplateDefinition,
    datacenter: Datacenter,
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Begin to download what a definition describes into the datacenter's repository.

    Raises Invalid, PermissionRefused, NotFound, LimitExceeded, Conflict (VIMAGE-18: it is there, or is
    being downloaded).
    """
    require(actor, DOWNLOAD)
    definition = TemplateDefinition.objects.select_for_update().get(pk=definition.pk)
    newest = downloads_of(definition, datacenter).first()
    if newest is not None and (newest.is_under_way or newest.template_id is not None):
        raise Conflict(
            _("%(name)s has been downloaded to %(location)s already, or is on its way there.")
            % {"name": definition.name, "location": datacenter},
            code="VIMAGE-18",
        )
    told_bytes = definition.file_size_bytes
    most_bytes = told_bytes + told_bytes // 10 + SLACK_BYTES if told_bytes else 0
    wanted = WantedFile(definition.url, name=definition.name, most_bytes=most_bytes)
    upload = _wanted(actor, definition.enterprise, datacenter, wanted)
    upload.definition = definition
    return _begin(DOWNLOAD_KIND, upload, force, correlation_id)


@noting_refusals
@retried_transaction
def take_in_file(
    *,
    actor: Any,
    found: FoundFile,
    enterprise: Enterprise,
    name: str = "",
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Begin to make a template of the enterprise out of a file that lies in the repository.

    Raises PermissionRefused, NotFound, LimitExceeded, Conflict when that has begun already, or a file of its
    package is missing.
    """
    require(actor, MANAGE)
    found = FoundFile.objects.select_for_update().select_related("repository__datacenter").get(pk=found.pk)
    datacenter = found.repository.datacenter
    _require_location(actor, enterprise, datacenter)
    there = Upload.objects.under_way().filter(repository=found.repository, source_path=found.path)
    if there.exists():
        raise Conflict(_("A template is being made of this file already."))
    if found.missing:
        raise Conflict(
            _("Of its package %(number)s files are not there, or belong to something else: %(first)s.")
            % {"number": len(found.missing), "first": found.missing[0]},
            code=RefusalCode.OVF_MISSING,
            remedy=_("Put them beside the descriptor, and look through the repository again."),
        )
    file = AnnouncedFile(max(found.size_bytes, 1), name=found.path)
    upload = Upload(
        enterprise=enterprise,
        repository=found.repository,
        user=actor,
        name=name[:128] or file.title,
        file_name=found.path.rpartition("/")[2][-255:],
        source_path=found.path,
        size_bytes=file.size_bytes,
    )
    return _begin(TAKE_IN_KIND, upload, force, correlation_id, beside=found.beside)


@retried_transaction
def retry_fetch(*, actor: Any, upload: Upload, correlation_id: str = "") -> Operation:
    """Begin anew what failed or was given up, in the place of it.

    Raises Conflict when it neither failed nor was given up, and whatever beginning it raises.
    """
    upload = Upload.objects.select_for_update().get(pk=upload.pk)
    over = (UploadState.FAILED, UploadState.CANCELLED)
    if not upload.source_url or upload.state not in over:
        raise Conflict(_("Only what was fetched and failed is tried again."))
    place = upload.repository.datacenter
    if upload.definition is not None:
        operation = download_definition(
            actor=actor, definition=upload.definition, datacenter=place, correlation_id=correlation_id
        )
    else:
        wanted = WantedFile(
            upload.source_url,
            name=upload.name,
            most_bytes=upload.size_bytes,
            checksum=upload.sha512 or upload.sha256,
        )
        operation = fetch_template(
            actor=actor,
            enterprise=upload.enterprise,
            datacenter=place,
            wanted=wanted,
            correlation_id=correlation_id,
        )
    upload.delete()
    return operation


def remove_download(*, actor: Any, definition: TemplateDefinition, datacenter: Datacenter) -> None:
    """Stop the download that is under way, or begin to delete the template it made.

    Raises PermissionRefused, NotFound when there is neither, and what deleting a template raises.
    """
    newest = downloads_of(definition, datacenter).first()
    if newest is not None and newest.is_under_way:
        cancel_upload(actor=actor, upload=newest)
    elif newest is not None and newest.template is not None:
        delete_template(actor=actor, template=newest.template)
    else:
        raise NotFound(
            _("%(name)s was not downloaded to %(location)s.")
            % {"name": definition.name, "location": datacenter},
            code="AM-4",
        )


def downloads_of(definition: TemplateDefinition, datacenter: Datacenter):
    """The downloads of a definition to a datacenter, the newest first."""
    return Upload.objects.filter(definition=definition, repository__datacenter=datacenter).order_by("-id")


def _wanted(actor: Any, enterprise: Enterprise, datacenter: Datacenter, wanted: WantedFile) -> Upload:
    """Not saved yet. Raises Invalid, NotFound."""
    _require_location(actor, enterprise, datacenter)
    url = checked_address(wanted.url)
    most_bytes = wanted.most_bytes or UNTOLD_BYTES
    if not 0 < most_bytes <= LARGEST_BYTES:
        raise Invalid(
            _("The file may have at most %(most)s TiB.") % {"most": LARGEST_BYTES // 2**40}, code="GEN-2"
        )
    path = unquote(urlsplit(url).path)
    title = AnnouncedFile(most_bytes, name=path).title or urlsplit(url).hostname or ""
    return Upload(
        enterprise=enterprise,
        repository=repository_of(datacenter),
        user=actor,
        name=(wanted.name.strip() or title)[:128],
        file_name=path.rpartition("/")[2][-255:],
        source_url=url,
        size_bytes=most_bytes,
        **_checksum(wanted.checksum),
    )


def _begin(
    kind: str, upload: Upload, force: bool | Force, correlation_id: str, **parameters: Any
) -> Operation:
    place = locked_place(enterprise_id=upload.enterprise_id, datacenter_id=upload.repository.datacenter_id)
    requested = Amounts(repository_mib=mib(upload.size_bytes))
    admit(actor=upload.user, place=place, requested=requested, force=force)
    upload.save()
    return engine.start(
        kind=kind,
        resource=upload,
        actor=upload.user,
        parameters=parameters
        | {"most_bytes": upload.size_bytes, "datacenter": upload.repository.datacenter_id},
        correlation_id=correlation_id,
    )


def checked_address(url: str) -> str:
    """The address, if something could be fetched from it; whether it may is found out as that is done.

    Raises Invalid (OVF-PACKAGE-6).
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not url.isprintable() or " " in url or len(url) > LONGEST_ADDRESS:
        raise Invalid(
            _("The address must begin with http:// or https:// and a host, and have no spaces."),
            code="OVF-PACKAGE-6",
        )
    if "@" in parts.netloc:
        raise Invalid(
            _("The address holds a user or a password, which others could read."),
            code="OVF-PACKAGE-6",
            remedy=_("Use an address that needs none, such as a signed one."),
        )
    return parts._replace(fragment="").geturl()


def _checksum(told: str) -> dict[str, str]:
    """Raises Invalid."""
    if not told.strip():
        return {}
    found = _CHECKSUM.fullmatch(told.strip())
    algorithm = (found[1] or ("sha256" if len(found[2]) == _DIGITS["sha256"] else "sha512")) if found else ""
    if not found or len(found[2]) != _DIGITS[algorithm.lower()]:
        raise Invalid(
            _("The checksum must be a SHA-256 of 64 or a SHA-512 of 128 hexadecimal digits."), code="GEN-2"
        )
    return {algorithm.lower(): found[2].lower()}


def _require_location(actor: Any, enterprise: Enterprise, datacenter: Datacenter) -> None:
    if not actor.reaches(enterprise.pk):
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    if not LocationLimit.objects.filter(enterprise=enterprise, datacenter=datacenter).exists():
        raise NotFound(_("There is no such location."), code="DC-0")
