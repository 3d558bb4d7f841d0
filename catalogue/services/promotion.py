"""Promoting an instance: a copy of it that is a master of its own, whatever becomes of the instance."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Template, TemplateDisk, TemplateState
from catalogue.sagas.promotion import KIND
from catalogue.services.conversions import conversions_under_way
from catalogue.services.making import DiskToMake, Owner, begin_template
from catalogue.services.rights import require_own
from contracts.vocabulary import DiskFormat
from core.errors import Conflict, Invalid, NotFound
from core.transactions import retried_transaction
from operations import engine
from operations.models import Operation
from tenants.access import Decision, possible
from tenants.limits import Force
from tenants.services.refusals import noting_refusals


@noting_refusals
@retried_transaction
def promote_template(
    *,
    actor: Any,
    template: Template,
    name: str,
    disks: Iterable[int] | None = None,
    force: bool | Force = False,
    correlation_id: str = "",
) -> Operation:
    """Begin to make a master of an instance; ``disks`` are ids, None: all of them.

    Raises PermissionRefused, Invalid, NotFound (DISK-3), LimitExceeded, Conflict (VIMAGE-1: no instance, -9:
    somebody else's, -28: it is being converted, -35: its files are not there).
    """
    template = Template.objects.select_for_update().get(pk=template.pk)
    _require_promotable(actor, template)
    if not name.strip():
        raise Invalid(_("The master needs a name of its own."), code="VIMAGE-27")
    made = begin_template(
        actor=actor,
        like=template,
        owner=Owner(template.enterprise, template.repository.datacenter),
        disks=[as_it_is(disk) for disk in chosen_disks(template, disks)],
        force=force,
        name=name,
        description=template.description,
    )
    return engine.start(
        kind=KIND,
        resource=made,
        actor=actor,
        parameters={"template": made.pk, "name": made.name, "source": template.pk},
        correlation_id=correlation_id,
    )


def may_promote(actor: Any, template: Template) -> Decision:
    """Whether it could be promoted now, with the reason when not."""
    return possible(_require_promotable, actor, template)


def chosen_disks(template: Template, disks: Iterable[int] | None) -> list[TemplateDisk]:
    """Those with contents, in their order. Raises NotFound (DISK-3), Invalid (VIMAGE-48, -72)."""
    known = list(template.disks.all())
    wanted = {disk.pk for disk in known} if disks is None else set(disks)
    if wanted - {disk.pk for disk in known}:
        raise NotFound(_("The template has no such disk."), code="DISK-3")
    chosen = [disk for disk in known if disk.pk in wanted]
    if not chosen:
        raise Invalid(_("Choose at least one disk."), code="VIMAGE-72")
    if chosen[0].is_empty:
        raise Invalid(_("There is nothing on the first disk, which machines boot from."), code="VIMAGE-48")
    return chosen


def as_it_is(disk: TemplateDisk) -> DiskToMake:
    """The same once more."""
    return DiskToMake(
        format=DiskFormat(disk.format),
        virtual_size_bytes=disk.virtual_size_bytes,
        most_bytes=disk.file_size_bytes,
        like=disk,
        copied_from=disk,
    )


def require_files(template: Template) -> None:
    """Raise unless its files are there: Conflict (VIMAGE-35)."""
    missing = template.disks.exclude(state=TemplateState.DONE).exists()
    if missing or template.state != TemplateState.DONE:
        raise Conflict(
            _("The files of %(name)s are not there.") % {"name": template.name},
            code="VIMAGE-35",
            remedy=_how_they_come(template),
        )


def _how_they_come(template: Template) -> str:
    if template.state == TemplateState.IN_PROGRESS:
        return _("They are still being made: wait for the end.")
    return _(
        "Who manages the repository can put them back and have it looked through; else delete this, and"
        " make or upload it again."
    )


def require_whole(template: Template) -> None:
    """Raise unless its files are there and nobody works on them: Conflict (VIMAGE-28, -35)."""
    require_files(template)
    if conversions_under_way(template).exists():
        raise Conflict(
            _("A disk of %(name)s is being converted.") % {"name": template.name},
            code="VIMAGE-28",
            remedy=_("Wait for its end, or cancel it."),
        )


def _require_promotable(actor: Any, template: Template) -> None:
    require_own(actor, template)
    if template.master_id is None:
        raise Conflict(
            _("%(name)s is no instance: it is a master already.") % {"name": template.name}, code="VIMAGE-1"
        )
    require_whole(template)
