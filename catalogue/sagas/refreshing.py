"""Having a repository looked through; what is found comes as an observation besides."""

from django.utils.translation import gettext_lazy as _

from catalogue.models import TemplateRepository
from contracts.appliance import RefreshRepository
from contracts.vocabulary import Service, queue_name
from operations.models import Operation
from operations.saga import Dispatch, Saga, Step, register

KIND = "template_repository.refresh"


def lane_of(repository_id: int, enterprise_id: int) -> str:
    """One look at a time for each enterprise that asks; nobody waits for another's."""
    return f"refresh:{repository_id}:{enterprise_id}"


def _refresh(operation: Operation) -> Dispatch:
    repository = TemplateRepository.objects.select_related("datacenter").get(pk=operation.resource_id)
    queue = queue_name(repository.datacenter.uuid, Service.APPLIANCE)
    return Dispatch(queue, RefreshRepository(operation_id=operation.id))


@register
class RefreshTemplateRepository(Saga):
    kind = KIND
    title = _("Look through the repository")
    privilege = "APPLIB_MANAGE_REPOSITORY"
    dialect_type = "REFRESH_REPOSITORY"
    done_event, failed_event = "template_repository.refreshed", "template_repository.refresh_failed"
    steps = (Step(name="refresh_repository", title=_("Look what is there"), send=_refresh, attempts=2),)
