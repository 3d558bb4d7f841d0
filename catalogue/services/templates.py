"""Registering templates whose disk lies in a datacenter's repository."""

from typing import Any

from catalogue.models import Template, TemplateDisk, TemplateRepository
from catalogue.services.usage import mib
from contracts.vocabulary import DiskFormat
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.models import Datacenter
from infrastructure.services import admit, locked_place
from tenants.access import require
from tenants.limits import Amounts, Force
from tenants.models import Enterprise
from tenants.services.refusals import noting_refusals


def repository_of(datacenter: Datacenter) -> TemplateRepository:
    """The datacenter's repository, made when it is asked for first."""
    repository, _created = TemplateRepository.objects.get_or_create(
        datacenter=datacenter, defaults={"name": f"Repository of {datacenter.name}"}
    )
    return repository


@noting_refusals
@retried_transaction
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
    ``fields`` are the template's own, and ``force`` to pass soft limits of the repository. Registering
    the same path again updates the template. Raises PermissionRefused, LimitExceeded.
    """
    force = fields.pop("force", False)
    if actor is not None:
        require(actor, "APPLIB_UPLOAD_IMAGE")
    known = TemplateDisk.objects.filter(path=disk["path"]).select_related("template").first()
    _admit(actor, known.template.enterprise if known else enterprise, datacenter, known, disk, force)
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


def _admit(
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    known: TemplateDisk | None,
    disk: dict[str, Any],
    force: bool | Force,
) -> None:
    """Ask for the room the file takes beyond what it took; the same rows are counted afterwards."""
    more = mib(disk["file_size_bytes"] - (known.file_size_bytes if known else 0))
    if more > 0:
        place = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
        admit(actor=actor, place=place, requested=Amounts(repository_mib=more), force=force)
