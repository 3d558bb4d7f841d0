"""Disks of a template, one at a time: added with nothing on them or as a copy, removed, or their files alone.

The first disk is the one machines boot from, so it is never one with nothing on it. What machines are made
of stays.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.formats import mib
from catalogue.models import DiskController, Template, TemplateDisk, TemplateState
from catalogue.sagas.disks import ADD_KIND, DELETE_FILE_KIND, DELETE_KIND
from catalogue.services.checking import checked
from catalogue.services.rights import require_own
from catalogue.uses import files_read, uses_of
from contracts.vocabulary import DiskFormat
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.services import admit, locked_place
from operations import engine
from operations.models import Operation
from tenants.access import Decision, possible
from tenants.limits import Amounts, Force
from tenants.services.refusals import noting_refusals

LARGEST_EMPTY_MIB = 16 * 1024 * 1024
MOST_DISKS = 16
LAST_POSITION = 100


@retried_transaction
def add_empty_disk(
    *, actor: Any, template: Template, size_mib: int, position: int | None = None, **fields: Any
) -> TemplateDisk:
    """A disk that machines get with nothing on it. ``fields``: label, controller, adapter.

    Raises PermissionRefused, Invalid (DISK-4, DISK-5, VIMAGE-48), Conflict (VIMAGE-9, -15, -47).
    """
    template = Template.objects.select_for_update().get(pk=template.pk)
    _require_changeable(actor, template)
    if not 0 < size_mib <= LARGEST_EMPTY_MIB:
        raise Invalid(
            _("A disk has between 1 and %(most)s MiB; %(size)s is not.")
            % {"most": LARGEST_EMPTY_MIB, "size": size_mib},
            code="DISK-5",
        )
    disk = _placed(template, position, fields)
    if not template.disks.filter(position__lt=disk.position, path__isnull=False).exists():
        raise empty_first()
    disk.virtual_size_bytes, disk.file_size_bytes = size_mib * 2**20, 0
    disk.format = DiskFormat.RAW
    disk.save()
    _tell("template.disk_added", actor, template, disk)
    return disk


@noting_refusals
@retried_transaction
def copy_disk(
    *,
    actor: Any,
    template: Template,
    source: TemplateDisk,
    position: int | None = None,
    force: bool | Force = False,
    **fields: Any,
) -> Operation:
    """Begin to add a copy of another template's disk in the same repository.

    Raises as ``add_empty_disk``, and Invalid (DISK-7: nothing on it), Conflict (VIMAGE-55: another
    repository, CONVERSION-9: no file), LimitExceeded.
    """
    locked_place(enterprise_id=template.enterprise_id, datacenter_id=template.repository.datacenter_id)
    template = Template.objects.select_for_update().select_related("repository").get(pk=template.pk)
    _require_changeable(actor, template)
    _require_copyable(source, template)
    place = locked_place(
        enterprise_id=template.enterprise_id, datacenter_id=template.repository.datacenter_id
    )
    room = Amounts(repository_mib=mib(source.file_size_bytes))
    admit(actor=actor, place=place, requested=room, force=force, subject=template)
    told = {"label": source.label, "controller": source.controller, "adapter": source.adapter} | fields
    disk = _placed(template, position, told)
    for name in ("format", "variant", "file_size_bytes", "virtual_size_bytes"):
        setattr(disk, name, getattr(source, name))
    # As long as it is copied, nothing takes the source away.
    disk.copied_from, disk.state = source, TemplateState.IN_PROGRESS
    disk.save()
    return _start(ADD_KIND, actor, template, disk, source=source.path)


@retried_transaction
def delete_disk(*, actor: Any, disk: TemplateDisk) -> Operation | None:
    """Begin to remove a disk with its files; one with nothing on it goes at once (None).

    Raises PermissionRefused, Invalid (VIMAGE-48), Conflict (VIMAGE-9, -10, -15, -30, -72).
    """
    template, disk = _locked(disk)
    _require_removable(actor, template, disk)
    if disk.is_empty:
        _tell("template.disk_deleted", actor, template, disk)
        disk.delete()
        return None
    return _start(DELETE_KIND, actor, template, disk)


@retried_transaction
def delete_disk_file(*, actor: Any, disk: TemplateDisk) -> Operation:
    """Begin to remove a disk's file alone: what is made of the template stays, nothing new is made.

    Raises PermissionRefused, Conflict (VIMAGE-9, -10: machines read it, -15, -30, -34: delete the disk or
    the template instead, -35: there is no file).
    """
    template, disk = _locked(disk)
    _require_file_removable(actor, template, disk)
    return _start(DELETE_FILE_KIND, actor, template, disk)


def may_delete_disk(actor: Any, disk: TemplateDisk) -> Decision:
    """Whether it could be removed now, with the reason when not."""
    return possible(_require_removable, actor, disk.template, disk)


def empty_first() -> Invalid:
    """The refusal of an order in which machines would boot from nothing."""
    return Invalid(
        _("The first disk is the one machines boot from; this one has nothing on it."),
        code="VIMAGE-48",
        remedy=_("Choose a place behind a disk with contents."),
    )


def _locked(disk: TemplateDisk) -> tuple[Template, TemplateDisk]:
    template = Template.objects.select_for_update().select_related("repository").get(pk=disk.template_id)
    return template, TemplateDisk.objects.select_for_update().get(pk=disk.pk)


def _placed(template: Template, position: int | None, fields: dict[str, Any]) -> TemplateDisk:
    """A new disk at a free place, by default the last one. Raises Invalid (DISK-4), Conflict (VIMAGE-47)."""
    taken = set(template.disks.values_list("position", flat=True))
    place = max(taken, default=-1) + 1 if position is None else position
    if not 0 <= place <= LAST_POSITION or len(taken) >= MOST_DISKS:
        raise Invalid(
            _("A template has at most %(most)s disks, at places from 0 to %(last)s.")
            % {"most": MOST_DISKS, "last": LAST_POSITION},
            code="DISK-4",
        )
    if place in taken:
        raise Conflict(
            _("Another disk of the template has the place %(place)s.") % {"place": place},
            code="VIMAGE-47",
            remedy=_("Choose a free one, or move the other disk first."),
        )
    given = {name: fields[name] for name in ("label", "controller", "adapter") if fields.get(name)}
    return TemplateDisk(
        template=template, position=place, **{"controller": DiskController.VIRTIO} | checked(given)
    )


def _require_changeable(actor: Any, template: Template) -> None:
    require_own(actor, template)
    if template.state == TemplateState.IN_PROGRESS:
        raise Conflict(
            _("The template %(name)s is still being made.") % {"name": template.name},
            code="VIMAGE-15",
            remedy=_("Change it when it is ready."),
        )


def _require_copyable(source: TemplateDisk, template: Template) -> None:
    if source.is_empty:
        raise Invalid(_("There is nothing on this disk to copy."), code="DISK-7")
    if source.template.repository_id != template.repository_id:
        raise Conflict(_("The disk lies in the repository of another location."), code="VIMAGE-55")
    if source.state != TemplateState.DONE:
        raise Conflict(
            _("The disk's file is not there: %(state)s.") % {"state": source.state}, code="CONVERSION-9"
        )


def _require_settled(actor: Any, template: Template, disk: TemplateDisk) -> None:
    _require_changeable(actor, template)
    if disk.copies.exists() or template.packages.filter(state=TemplateState.IN_PROGRESS).exists():
        raise Conflict(
            _("The disk is being copied."),
            code="VIMAGE-31",
            remedy=_("Cancel that first, or wait for its end."),
        )
    if disk.conversions.filter(state="ENQUEUED").exists():
        raise Conflict(
            _("The disk is being converted."),
            code="VIMAGE-30",
            remedy=_("Cancel that first, or wait for its end."),
        )


def _require_removable(actor: Any, template: Template, disk: TemplateDisk) -> None:
    _require_settled(actor, template, disk)
    others = list(template.disks.exclude(pk=disk.pk))
    if not others:
        raise Conflict(
            _("%(name)s has no other disk.") % {"name": template.name},
            code="VIMAGE-72",
            remedy=_("Delete the whole template."),
        )
    if min(others, key=lambda each: each.position).is_empty:
        raise empty_first()
    uses = len(uses_of(template.pk))
    if uses:
        number = ngettext("%(count)s machine", "%(count)s machines", uses) % {"count": uses}
        raise Conflict(
            _("%(name)s is in use by %(machines)s, each of which has this disk.")
            % {"name": template.name, "machines": number},
            code="VIMAGE-10",
            remedy=_("Delete these machines first."),
        )


def _require_file_removable(actor: Any, template: Template, disk: TemplateDisk) -> None:
    _require_settled(actor, template, disk)
    if disk.is_empty or disk.state == TemplateState.UNAVAILABLE:
        raise Conflict(_("This disk has no file."), code="VIMAGE-35")
    if not uses_of(template.pk) and not template.instances.exists():
        raise Conflict(
            _("Nothing is made of %(name)s, so nothing would be kept.") % {"name": template.name},
            code="VIMAGE-34",
            remedy=_("Delete the disk, or the whole template."),
        )
    own = {disk.path, *disk.conversions.values_list("path", flat=True)}
    if own & files_read(template.pk):
        raise Conflict(
            _("Disks of machines still read from this file."),
            code="VIMAGE-10",
            remedy=_("Copy their disks off the template, or undeploy the machines."),
        )


def _start(kind: str, actor: Any, template: Template, disk: TemplateDisk, **parameters: Any) -> Operation:
    """No machine is made of the template while one of its disks comes or goes."""
    told = {"disk": disk.pk, "disk_state": disk.state, "there": disk.state != TemplateState.UNAVAILABLE}
    if kind != ADD_KIND:
        template.state = TemplateState.UNAVAILABLE
        template.save(update_fields=["state", "updated_at"])
    return engine.start(kind=kind, resource=template, actor=actor, parameters=told | parameters)


def _tell(kind: str, actor: Any, template: Template, disk: TemplateDisk) -> None:
    data = {"label": disk.label, "position": disk.position}
    record_event(kind=kind, subject=template, actor=actor, data=data)
