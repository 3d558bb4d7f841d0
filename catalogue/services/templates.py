"""Registering templates whose disks lie in a datacenter's repository."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from catalogue.formats import mib
from catalogue.models import Template, TemplateDisk, TemplateRepository, TemplateState
from catalogue.sagas.conversion import convert_as_needed
from catalogue.services.categories import default_category
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
    disk: dict[str, Any] | Sequence[dict[str, Any]],
    **fields: Any,
) -> Template:
    """A template whose disks are in the repository already.

    ``disk``: path (relative to the repository), format, file_size_bytes, virtual_size_bytes, sha256 and
    perhaps label and controller; or several such, in their order, the one to boot from first.
    ``fields`` are the template's own, and ``force`` to pass soft limits of the repository. Registering
    the same first path again updates the template, which has its files then.
    Raises PermissionRefused, LimitExceeded.
    """
    force = fields.pop("force", False)
    if actor is not None:
        require(actor, "APPLIB_UPLOAD_IMAGE")
    disks = [disk] if isinstance(disk, dict) else list(disk)
    known = TemplateDisk.objects.filter(path=disks[0]["path"]).select_related("template").first()
    _admit(actor, known.template.enterprise if known else enterprise, datacenter, disks, force)
    template = known.template if known else _new_template(actor, enterprise, datacenter)
    for field, value in {"name": name, "state": TemplateState.DONE, **fields}.items():
        setattr(template, field, value)
    template.save()
    for position, values in enumerate(disks):
        told = {"state": TemplateState.DONE, **values, "format": DiskFormat(values["format"])}
        TemplateDisk.objects.update_or_create(template=template, position=position, defaults=told)
    if not known:
        record_event(kind="template.created", subject=template, actor=actor)
        convert_as_needed(template, actor=actor)
    return template


def _new_template(actor: Any, enterprise: Enterprise, datacenter: Datacenter) -> Template:
    return Template(
        enterprise=enterprise,
        repository=repository_of(datacenter),
        category=default_category(),
        creator_name=str(actor or ""),
    )


def _admit(
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    disks: Sequence[dict[str, Any]],
    force: bool | Force,
) -> None:
    """Ask for the room the files take beyond what they took; the same rows are counted afterwards."""
    paths = [disk["path"] for disk in disks]
    there = TemplateDisk.objects.filter(path__in=paths).exclude(state=TemplateState.UNAVAILABLE)
    taken = there.aggregate(size=Sum("file_size_bytes"))["size"] or 0
    more = mib(sum(disk["file_size_bytes"] for disk in disks) - int(taken))
    if more > 0:
        place = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
        admit(actor=actor, place=place, requested=Amounts(repository_mib=more), force=force)
