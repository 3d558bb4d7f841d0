"""Templates that are being made out of disks that are there already: of a machine, or of another template.

Until it is known what its files take, a template counts the most they may take, so that two made at once
never pass a limit together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalogue.formats import mib
from catalogue.models import Category, Template, TemplateDisk, TemplateState
from catalogue.models.template import MachineDefaults
from catalogue.services.categories import default_category
from catalogue.services.checking import checked
from catalogue.services.templates import repository_of
from contracts.copies import place_of_copy
from contracts.vocabulary import DiskFormat
from infrastructure.models import Datacenter
from infrastructure.services import admit, locked_place
from tenants.limits import Amounts, Force
from tenants.models import Enterprise

_MIB = 2**20
_TABLES = 1024
INHERITED = (*(field.name for field in MachineDefaults._meta.fields), "icon", "terms", "cost_code")


def most_bytes_of(virtual_size_bytes: int) -> int:
    """The most a qcow2 takes that is written to everywhere: its data and the tables that find it."""
    return virtual_size_bytes + virtual_size_bytes // _TABLES + 2 * _MIB


@dataclass(frozen=True)
class DiskToMake:
    """``most_bytes`` is what its file may take, 0 for a disk with nothing on it, which gets none.
    ``copied_from`` has to stay until the file is there."""

    format: DiskFormat
    virtual_size_bytes: int
    most_bytes: int
    like: TemplateDisk | None = None
    copied_from: TemplateDisk | None = None


@dataclass(frozen=True)
class Owner:
    """Whose a template will be, and where."""

    enterprise: Enterprise
    datacenter: Datacenter


def begin_template(
    *,
    actor: Any,
    like: Template | None,
    owner: Owner,
    disks: Sequence[DiskToMake],
    force: bool | Force = False,
    **fields: Any,
) -> Template:
    """A template IN_PROGRESS, with what ``like`` says of its machines. Joins the caller's transaction.

    ``fields``: name, and perhaps description, master, vcpus, memory_mib. Raises Invalid, LimitExceeded.
    """
    texts = checked({name: fields[name] for name in ("name", "description") if name in fields})
    room = Amounts(repository_mib=mib(sum(disk.most_bytes for disk in disks)))
    place = locked_place(enterprise_id=owner.enterprise.pk, datacenter_id=owner.datacenter.pk)
    admit(actor=actor, place=place, requested=room, force=force)
    inherited = {name: getattr(like, name) for name in INHERITED} if like else {}
    template = Template(
        **inherited | fields | texts,
        enterprise=owner.enterprise,
        repository=repository_of(owner.datacenter),
        category=_category(like, owner.enterprise),
        state=TemplateState.IN_PROGRESS,
        creator_name=str(actor or ""),
    )
    template.save()
    TemplateDisk.objects.bulk_create(_row(template, number, disk) for number, disk in enumerate(disks))
    return template


def is_copied_from(template: Template) -> bool:
    """Whether something is being made of its files right now."""
    return TemplateDisk.objects.filter(copied_from__template=template).exists()


def _category(like: Template | None, enterprise: Enterprise) -> Category:
    known = Category.objects.usable_in(enterprise.pk).filter(pk=getattr(like, "category_id", None))
    return known.first() or default_category()


def _row(template: Template, number: int, disk: DiskToMake) -> TemplateDisk:
    like = disk.like
    described = {"label": like.label, "controller": like.controller, "adapter": like.adapter} if like else {}
    return TemplateDisk(
        template=template,
        position=number,
        path=place_of_copy(template.enterprise_id, template.uuid, number, disk.format)
        if disk.most_bytes
        else None,
        format=disk.format,
        file_size_bytes=disk.most_bytes,
        virtual_size_bytes=disk.virtual_size_bytes,
        state=TemplateState.IN_PROGRESS,
        copied_from=disk.copied_from,
        **described,
    )
