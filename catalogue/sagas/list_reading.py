"""Reading the list of a remote repository, which the server does itself: lists are of no datacenter."""

from django.utils.translation import gettext_lazy as _

from catalogue.models import TemplateDefinitionList
from contracts.server import ReadDefinitionList
from contracts.vocabulary import ErrorCode
from operations.broker import SERVER_QUEUE
from operations.failures import words_of
from operations.models import Operation, OperationStatus
from operations.saga import Dispatch, Saga, Step, register

KIND = "definition_list.read"
NO_LIST = "OVF-PACKAGE-3"
LONGEST_PROBLEM = 512
# Of these the words say what is wrong with the address that somebody gave.
_TOLD = {NO_LIST, *(each for each in ErrorCode if each.startswith("source_"))}


def lane_of(definition_list: TemplateDefinitionList) -> str:
    """What the operation that reads it holds."""
    return f"template_definition_list:{definition_list.pk}"


def _read(operation: Operation) -> Dispatch:
    command = ReadDefinitionList(
        operation_id=operation.id, list_id=operation.resource_id, url=operation.parameters["url"]
    )
    return Dispatch(SERVER_QUEUE, command, target=f"lists:{operation.enterprise_id}")


@register
class ReadList(Saga):
    """What was known stays until the new list is there as a whole, and when it can't be read."""

    kind = KIND
    title = _("Read the list of a remote repository")
    privilege = "APPLIB_ALLOW_MODIFY"
    dialect_type = "REFRESH_REPOSITORY"
    done_event, failed_event = "definition_list.read", "definition_list.read_failed"
    steps = (
        Step(
            name="read_definition_list",
            title=_("Read the list"),
            send=_read,
            lease_seconds=90,
            attempts=2,
        ),
    )

    def succeeded(self, operation: Operation) -> dict:
        return dict(operation.steps.get(position=0).output)

    def failed(self, operation: Operation) -> dict:
        if operation.status == OperationStatus.CANCELLING:
            return {}
        error = operation.error or {}
        code = str(error.get("code", ErrorCode.INTERNAL_ERROR))
        problem = str(error.get("detail")) if code in _TOLD else words_of(code)
        lists = TemplateDefinitionList.objects.filter(pk=operation.resource_id)
        lists.update(problem=problem[:LONGEST_PROBLEM])
        return {"code": code, "problem": problem}
