"""What an appliance manager finds in its repository: its capacity, and templates whose files went or came."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import (
    Conversion,
    ConversionState,
    Template,
    TemplateDisk,
    TemplateRepository,
    TemplateState,
)
from catalogue.sagas.refreshing import KIND, lane_of
from catalogue.services.found_files import note_found_files
from catalogue.services.templates import repository_of
from catalogue.services.usage import BYTES_PER_MIB
from contracts.uploads import RepositoryObserved
from contracts.vocabulary import ErrorCode
from core.errors import NotFound
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from infrastructure.models import Datacenter
from operations import engine
from operations.models import Operation
from tenants.access import require

MANAGE = "APPLIB_MANAGE_REPOSITORY"


@retried_transaction
def refresh_repository(
    *, actor: Any, datacenter: Datacenter, enterprise_id: int, correlation_id: str = ""
) -> Operation:
    """Begin to look at the datacenter's repository; what is found comes as an observation. A look that the
    enterprise has asked for already is not begun again.

    Raises PermissionRefused, NotFound.
    """
    require(actor, MANAGE)
    repository = TemplateRepository.objects.select_for_update().filter(datacenter=datacenter).first()
    if repository is None:
        raise NotFound(_("This location has no template repository."))
    lane = lane_of(repository.pk, enterprise_id)
    looking = Operation.objects.filter(active_key=lane).first()
    if looking is not None:
        return looking
    return engine.start(
        kind=KIND,
        resource=repository,
        actor=actor,
        lane=lane,
        enterprise_id=enterprise_id,
        correlation_id=correlation_id,
    )


@retried_transaction
def record_repository(observation: RepositoryObserved) -> None:
    """Note capacity and which files are there. A repository that can't be read takes nothing away, and one
    that is looked at for the first time is there from now on."""
    datacenter = Datacenter.objects.filter(uuid=observation.datacenter_id).first()
    if datacenter is None or not observation.reachable:
        return
    repository = repository_of(datacenter)
    if repository.refreshed_at and repository.refreshed_at > observation.observed_at:
        return
    repository.capacity_mib = observation.capacity_bytes // BYTES_PER_MIB
    repository.remaining_mib = observation.free_bytes // BYTES_PER_MIB
    repository.refreshed_at = observation.observed_at
    repository.save()
    # What was registered or removed after the look is not what was seen.
    seen = Q(template__repository=repository, path__isnull=False, updated_at__lt=observation.observed_at)
    disks = TemplateDisk.objects.filter(seen).select_related("template")
    here = {file.path for file in observation.files}
    for disk in disks:
        _note(disk, disk.path in here)
    _note_conversions(repository, here, observation)
    note_found_files(repository, observation)


def _note_conversions(
    repository: TemplateRepository, here: set[str], observation: RepositoryObserved
) -> None:
    """A converted disk without its file is none: it can be made again."""
    finished = Conversion.objects.filter(
        template_disk__template__repository=repository,
        state=ConversionState.FINISHED,
        updated_at__lt=observation.observed_at,
    )
    for conversion in finished.select_related("template_disk__template"):
        if conversion.path in here:
            continue
        conversion.state, conversion.error_code = ConversionState.FAILED, ErrorCode.TEMPLATE_MISSING
        conversion.save()
        template, data = conversion.template_disk.template, {"format": conversion.words}
        record_event(kind="template.conversion_vanished", subject=template, severity=Severity.WARN, data=data)


def _note(disk: TemplateDisk, is_there: bool) -> None:
    template = disk.template
    if not is_there and disk.state == TemplateState.DONE and template.state == TemplateState.DONE:
        _set(disk, TemplateState.UNAVAILABLE)
        record_event(kind="template.file_vanished", subject=template, severity=Severity.ERROR)
    elif is_there and disk.state == TemplateState.UNAVAILABLE:
        _set(disk, TemplateState.DONE)
        record_event(kind="template.file_back", subject=template)


def _set(disk: TemplateDisk, state: TemplateState) -> None:
    disk.state = state
    disk.save(update_fields=["state", "updated_at"])
    missing = TemplateDisk.objects.filter(template_id=disk.template_id, state=TemplateState.UNAVAILABLE)
    whole = TemplateState.UNAVAILABLE if missing.exists() else TemplateState.DONE
    Template.objects.filter(pk=disk.template_id).update(state=whole)
