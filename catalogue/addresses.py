"""Where templates are found below the API's root, for links from anywhere."""

from typing import Any

from catalogue.models import Template


def template_path(template: Template) -> str:
    """The path of one template. Its repository must have been read."""
    return (
        f"/admin/enterprises/{template.enterprise_id}/datacenterrepositories"
        f"/{template.repository.datacenter_id}/virtualmachinetemplates/{template.pk}"
    )


def result_of(template: Template) -> dict[str, Any]:
    """What an operation that made the template leads to, by REST and in the portal."""
    return {"path": template_path(template), "type": "template", "id": template.pk, "name": template.name}
