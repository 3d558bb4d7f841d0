"""What makes a template that is not ready yet, for its page."""

from typing import Any

from django.http import HttpRequest

from catalogue.models import Template, TemplateState
from operations.models import Operation
from operations.ui.presenting import task_of

MOST_ACTIVE = 200


def task_making(request: HttpRequest, template: Template) -> dict[str, Any] | None:
    """The task that makes it, when it is being made and the actor may see that task."""
    if template.state != TemplateState.IN_PROGRESS:
        return None
    active = Operation.objects.visible_to(request.user).filter(active_key__isnull=False)
    active = active.filter(enterprise_id=template.enterprise_id).prefetch_related("steps")[:MOST_ACTIVE]
    found = next((each for each in active if each.parameters.get("template") == template.pk), None)
    return task_of(found, request.user) if found else None
