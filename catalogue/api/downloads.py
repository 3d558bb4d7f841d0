"""Templates made of definitions: downloaded into the repository."""

from catalogue.api.resources.definition import DEFINITION_REFERENCE
from catalogue.api.template_sources import TemplateRequest, makes_of
from catalogue.models import TemplateDefinition
from catalogue.services.bringing import download_definition
from core.errors import NotFound


@makes_of("templateDefinition")
def download(wanted: TemplateRequest) -> str:
    """Raises Invalid, NotFound (OVF-PACKAGE-0), and what downloading raises."""
    ids = wanted.document.require_reference("templateDefinition", DEFINITION_REFERENCE)
    definitions = TemplateDefinition.objects.visible_to(wanted.actor).filter(enterprise=wanted.enterprise)
    definition = definitions.filter(pk=ids["definition"], enterprise_id=ids["enterprise"]).first()
    if definition is None:
        raise NotFound("There is no such thing here, or you may not see it.", code="OVF-PACKAGE-0")
    operation = download_definition(actor=wanted.actor, definition=definition, datacenter=wanted.datacenter)
    repository = f"/admin/enterprises/{wanted.enterprise.pk}/datacenterrepositories/{wanted.datacenter.pk}"
    return f"{repository}/tasks/{operation.id}"
