"""Templates made of a template: an instance promoted where it is, or any copied to another repository."""

from catalogue.addresses import template_path
from catalogue.api.template_sources import TemplateRequest, makes_of
from catalogue.models import Template
from catalogue.services import copy_template, promote_template
from catalogue.services.relocation import WantedCopy
from core.api.document import Document
from core.errors import Invalid, NotFound

TEMPLATE_REFERENCE = (
    "/admin/enterprises/{enterprise}/datacenterrepositories/{repository}/virtualmachinetemplates/{template}"
)


@makes_of("virtualmachinetemplate")
def make_of_template(wanted: TemplateRequest) -> str:
    """Raises NotFound (VIMAGE-0, DISK-3), Invalid (VIMAGE-27), and what the service raises."""
    source = _source(wanted)
    name = str(wanted.document.get("promotedName") or "")
    if source.enterprise_id != wanted.enterprise.pk:
        raise Invalid("The template belongs to another enterprise.", code="VIMAGE-57")
    disks = _disks(wanted.document, source)
    if source.repository.datacenter_id == wanted.datacenter.pk:
        operation = promote_template(actor=wanted.actor, template=source, name=name, disks=disks)
    else:
        copy = WantedCopy(wanted.datacenter, name, disks)
        operation = copy_template(actor=wanted.actor, template=source, wanted=copy)
    made = Template.objects.visible_to(wanted.actor).select_related("repository")
    return f"{template_path(made.get(pk=operation.resource_id))}/tasks/{operation.id}"


def _source(wanted: TemplateRequest) -> Template:
    named = wanted.document.require_reference("virtualmachinetemplate", TEMPLATE_REFERENCE)
    known = Template.objects.visible_to(wanted.actor).select_related("repository__datacenter", "enterprise")
    found = known.filter(
        pk=named["template"], enterprise_id=named["enterprise"],
        repository__datacenter_id=named["repository"],
    ).first()  # fmt: skip
    if found is None:
        raise NotFound("There is no such template.", code="VIMAGE-0")
    return found


def _disks(document: Document, source: Template) -> list[int] | None:
    """The ids of disks the body links to. Raises NotFound (DISK-3) for those of another template."""
    found = document.references("disk", f"{TEMPLATE_REFERENCE}/disks/{{disk}}")
    if any(each["template"] != source.pk for each in found):
        raise NotFound("The template has no such disk.", code="DISK-3")
    return [each["disk"] for each in found] or None
