"""Registering templates whose disk lies in a datacenter's repository."""

from typing import Any

from django.db import transaction

from catalogue.models import Template, TemplateDisk, TemplateRepository
from contracts.vocabulary import DiskFormat
from events.services import record_event
from infrastructure.models import Datacenter
from tenants.access import require
from tenants.models import Enterprise


def repository_of(datacenter: Datacenter) -> TemplateRepository:
    """The datacenter's repository, made when it is asked for first."""
    repository, _created = TemplateRepository.objects.get_or_create(
        datacenter=datacenter, defaults={"name": f"Repository of {datacenter.name}"}
    )
    return repository


@transaction.atomic
def register_template(
    *,
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    name: str,
    disk: dict[str, Any],
    **fields: Any,
) -> Template:
    """A template of one disk that is in the repository already.

    ``disk``: path (relative to the repository), format, file_size_bytes, virtual_size_bytes, sha256.
    ``fields`` are the template's own. Registering the same path again updates the template.
    """
    if actor is not None:
        require(actor, "APPLIB_UPLOAD_IMAGE")
    known = TemplateDisk.objects.filter(path=disk["path"]).select_related("template").first()
    template = (
        known.template if known else Template(enterprise=enterprise, repository=repository_of(datacenter))
    )
    for field, value in {"name": name, **fields}.items():
        setattr(template, field, value)
    template.save()
    values = disk | {"format": DiskFormat(disk["format"])}
    TemplateDisk.objects.update_or_create(template=template, position=0, defaults=values)
    if not known:
        record_event(kind="template.created", subject=template, actor=actor)
    return template
