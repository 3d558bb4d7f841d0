"""Versions of a template: which one new machines get, and how a template becomes the next one.

Each version is a template with its own disks, so whatever holds for templates holds for it. Who changes a
line holds the rows of the templates concerned, in the order of their ids, and then the line's.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Template, TemplateLine, TemplateState
from catalogue.services.checking import LONGEST, checked
from catalogue.services.making import INHERITED
from catalogue.services.promotion import require_files
from catalogue.services.rights import require_own
from catalogue.services.sharing import share_like
from core.changes import assign
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import Decision, possible


@dataclass(frozen=True)
class WantedVersion:
    """``note``: what is new in it. ``becomes_current``: new machines get it from now on. ``described_alike``:
    it says of its machines what the current version says, instead of what it said itself."""

    note: str = ""
    becomes_current: bool = True
    described_alike: bool = False


@retried_transaction
def add_version(*, actor: Any, template: Template, new: Template, wanted: WantedVersion) -> Template:
    """Make ``new``, an instance too, the next version of ``template``. It is found and seen like the current
    one from now on: name, picture, category, with whom it is shared. An instance keeps to no master then.

    Raises PermissionRefused, Invalid (VERSION-ELSEWHERE), Conflict (VIMAGE-9, -15, -35, -70, VERSION-TAKEN).
    """
    found = _locked(template, new)
    template, new = found[template.pk], found[new.pk]
    _require_joinable(actor, template, new)
    line = _locked_line(template) or _new_line(template)
    current = Template.objects.get(pk=line.current_id)
    line.last_number += 1
    changes = assign(new, _taken_over(current, new, wanted))
    new.line, new.version, new.master, new.retired_at = line, line.last_number, None, None
    new.save()
    changes |= share_like(new, current)
    record_event(
        kind="template.version_added",
        subject=new,
        actor=actor,
        changes=changes | {"version": [None, new.version]},
    )
    line.save()
    if wanted.becomes_current:
        _lead(actor, line, new)
    return new


@retried_transaction
def make_current_version(*, actor: Any, template: Template) -> Template:
    """Give new machines this version from now on, an older or a newer one.

    Raises PermissionRefused, Conflict (VIMAGE-9, -35, VERSION-NONE, VERSION-RETIRED).
    """
    template = _locked(template)[template.pk]
    line = _line_for(actor, template)
    require_files(template)
    if template.retired_at is not None:
        raise retired(template)
    if line.current_id != template.pk:
        _lead(actor, line, template)
    return template


@retried_transaction
def retire_version(*, actor: Any, template: Template) -> Template:
    """Let nothing new be made of it: its machines stay, and are deployed again as ever.

    Raises PermissionRefused, Conflict (VIMAGE-9, VERSION-NONE, VERSION-CURRENT).
    """
    template = _locked(template)[template.pk]
    line = _line_for(actor, template)
    if line.current_id == template.pk:
        raise _is_current(template, _("Make another version the current one first."))
    return _retire(actor, template, timezone.now())


@retried_transaction
def take_back_version(*, actor: Any, template: Template) -> Template:
    """Let machines be made of a retired version again. Raises as ``retire_version`` does."""
    template = _locked(template)[template.pk]
    _line_for(actor, template)
    return _retire(actor, template, None)


@retried_transaction
def leave_versions(*, actor: Any, template: Template) -> Template:
    """Make a template on its own of a version again, called by its number. What is made of it stays.

    Raises PermissionRefused, Conflict (VIMAGE-9, VERSION-NONE, VERSION-CURRENT: others follow it).
    """
    template = _locked(template)[template.pk]
    line = _line_for(actor, template)
    require_not_leading(template)
    number = template.version
    if line.current_id == template.pk:
        line.delete()
        template.refresh_from_db()
    else:
        ending = _(" (version %(number)s)") % {"number": number}
        template.name = template.name[: LONGEST["name"] - len(ending)] + ending
    template.line = template.version = template.retired_at = None
    template.save()
    record_event(
        kind="template.version_left", subject=template, actor=actor, changes={"version": [number, None]}
    )
    return template


def may_add_version(actor: Any, template: Template) -> Decision:
    """Whether another template could become its next version, with the reason when not."""
    return possible(_require_settled, actor, template)


def versions_of(template: Template, visible: QuerySet[Template]) -> QuerySet[Template]:
    """Those of the visible templates that are versions of the same, the newest first; itself alone without
    a line."""
    if template.line_id is None:
        return visible.filter(pk=template.pk)
    return visible.filter(line_id=template.line_id).select_related("line").order_by("-version")


def candidates_for(template: Template, visible: QuerySet[Template]) -> QuerySet[Template]:
    """What could become its next version: the ready ones of the same enterprise and repository that are in
    no line, those that were made last first."""
    there = visible.filter(
        enterprise_id=template.enterprise_id, repository_id=template.repository_id, line=None,
        state=TemplateState.DONE, persistent=False,
    )  # fmt: skip
    return there.exclude(pk=template.pk).order_by("-created_at", "-pk")


def require_not_leading(template: Template) -> None:
    """Raise Conflict (VERSION-CURRENT) for the current version of a line that has others."""
    line = template.line
    if line is None or line.current_id != template.pk:
        return
    others = line.versions.exclude(pk=template.pk).count()
    if others:
        raise _is_current(template, _("Make another version the current one first, or delete the others."))


def retired(template: Template) -> Conflict:
    """Why nothing is made of a retired version."""
    return Conflict(
        _("Version %(number)s of %(name)s is retired: nothing new is made of it.")
        % {"number": template.version, "name": template.name},
        code="VERSION-RETIRED",
        remedy=_("Use the current version, or let whoever looks after the template take this one back."),
    )


def _is_current(template: Template, remedy: str) -> Conflict:
    return Conflict(
        _("Version %(number)s is the one that new machines of %(name)s get.")
        % {"number": template.version, "name": template.name},
        code="VERSION-CURRENT",
        remedy=remedy,
    )


def _locked(*templates: Template) -> dict[int, Template]:
    wanted = sorted({template.pk for template in templates})
    rows = Template.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    missing = [template for template in templates if template.pk not in found]
    if missing:
        raise Conflict(_("%(name)s was deleted meanwhile.") % {"name": missing[0].name}, code="VIMAGE-0")
    return found


def _locked_line(template: Template) -> TemplateLine | None:
    return TemplateLine.objects.select_for_update().filter(pk=template.line_id).first()


def _new_line(template: Template) -> TemplateLine:
    """The template is its first version."""
    line = TemplateLine.objects.create(current=template)
    template.line, template.version = line, line.last_number
    template.save(update_fields=["line", "version", "updated_at"])
    return line


def _line_for(actor: Any, template: Template) -> TemplateLine:
    """The line of the template, locked, for somebody who may change it."""
    require_own(actor, template)
    line = _locked_line(template)
    if line is None:
        raise Conflict(
            _("%(name)s has no versions.") % {"name": template.name},
            code="VERSION-NONE",
            remedy=_("Add a version first: then this one is the first."),
        )
    template.line = line
    return line


def _require_settled(actor: Any, template: Template) -> None:
    require_own(actor, template)
    if template.state == TemplateState.IN_PROGRESS:
        raise Conflict(
            _("The template %(name)s is still being made.") % {"name": template.name},
            code="VIMAGE-15",
            remedy=_("Add versions when it is ready."),
        )
    if template.persistent:
        raise Conflict(_("A persistent template has no versions."), code="VERSION-PERSISTENT")


def _require_joinable(actor: Any, template: Template, new: Template) -> None:
    _require_settled(actor, template)
    _require_settled(actor, new)
    if (new.enterprise_id, new.repository_id) != (template.enterprise_id, template.repository_id):
        raise Invalid(
            _("Versions of a template lie in the same repository and belong to the same enterprise."),
            code="VERSION-ELSEWHERE",
            remedy=_("Copy it to this location first."),
        )
    if new.pk == template.pk or new.line_id is not None:
        raise Conflict(
            _("%(name)s is a version already.") % {"name": new.name},
            code="VERSION-TAKEN",
            remedy=_("Take it out of its line first, or choose another template."),
        )
    require_files(new)


def _taken_over(current: Template, new: Template, wanted: WantedVersion) -> dict[str, Any]:
    names = ["name", "icon", "category", "description"]
    if wanted.described_alike:
        names += [name for name in INHERITED if name != "sealed_login_password"]
        new.sealed_login_password = current.sealed_login_password
    note = wanted.note.strip() or new.description
    return {name: getattr(current, name) for name in names} | checked({"version_note": note})


def _lead(actor: Any, line: TemplateLine, template: Template) -> None:
    before = Template.objects.filter(pk=line.current_id).values_list("version", flat=True).first()
    line.current = template
    line.save(update_fields=["current", "last_number", "updated_at"])
    record_event(
        kind="template.current_version_changed",
        subject=template,
        actor=actor,
        changes={"current_version": [before, template.version]},
    )


def _retire(actor: Any, template: Template, moment: Any) -> Template:
    if (template.retired_at is None) != (moment is None):
        template.retired_at = moment
        template.save(update_fields=["retired_at", "updated_at"])
        record_event(
            kind="template.version_retired" if moment else "template.version_taken_back",
            subject=template,
            actor=actor,
            data={"version": template.version},
        )
    return template
