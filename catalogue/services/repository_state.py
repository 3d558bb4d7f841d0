"""What an appliance manager finds in its repository: its capacity, and templates whose files went or came."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import Template, TemplateDisk, TemplateRepository, TemplateState
from catalogue.services.usage import BYTES_PER_MIB
from contracts.appliance import RefreshRepository
from contracts.uploads import RepositoryObserved
from contracts.vocabulary import Service, queue_name
from core.errors import NotFound
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from infrastructure.models import Datacenter
from infrastructure.services.watching import NO_OPERATION
from operations import outbox
from tenants.access import require

MANAGE = "APPLIB_MANAGE_REPOSITORY"


def refresh_repository(*, actor: Any, datacenter: Datacenter) -> None:
    """Ask the datacenter to look at its repository; what it finds comes as an observation.

    Raises PermissionRefused, NotFound.
    """
    require(actor, MANAGE)
    if not TemplateRepository.objects.filter(datacenter=datacenter).exists():
        raise NotFound(_("This location has no template repository."))
    command = RefreshRepository(operation_id=NO_OPERATION)
    outbox.enqueue(queue=queue_name(datacenter.uuid, Service.APPLIANCE), body=command.model_dump(mode="json"))


@retried_transaction
def record_repository(observation: RepositoryObserved) -> None:
    """Note capacity and which files are there. A repository that can't be read takes nothing away."""
    repository = TemplateRepository.objects.filter(datacenter__uuid=observation.datacenter_id).first()
    if repository is None or not observation.reachable:
        return
    if repository.refreshed_at and repository.refreshed_at > observation.observed_at:
        return
    repository.capacity_mib = observation.capacity_bytes // BYTES_PER_MIB
    repository.remaining_mib = observation.free_bytes // BYTES_PER_MIB
    repository.refreshed_at = observation.observed_at
    repository.save()
    # What was registered or removed after the look is not what was seen.
    seen = Q(template__repository=repository, updated_at__lt=observation.observed_at)
    disks = TemplateDisk.objects.filter(seen).select_related("template")
    here = {file.path for file in observation.files}
    for disk in disks:
        _note(disk, disk.path in here)


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
