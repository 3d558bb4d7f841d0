"""Deleting templates, or only their files: what is made of a template holds it.

Files go by an operation, for they lie in a datacenter; until it ends the template is UNAVAILABLE.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Template, TemplateState
from catalogue.sagas.deletion import DELETE_FILE_KIND, DELETE_KIND
from catalogue.services.conversions import conversions_under_way
from catalogue.services.making import is_copied_from
from catalogue.services.rights import require_own
from catalogue.services.versions import require_not_leading
from catalogue.uses import Use, uses_of, uses_shown_to
from core.errors import Conflict, Reason
from core.transactions import retried_transaction
from operations import engine
from operations.models import Operation
from tenants.access import Decision, possible

MOST_NAMES = 5


@retried_transaction
def delete_template(
    *, actor: Any, template: Template, force: bool = False, correlation_id: str = ""
) -> Operation:
    """Begin to remove a template and its files. ``force``: while something is made of it, its files alone,
    unless they are being read.

    Raises PermissionRefused, Conflict (VIMAGE-7, -9, -10, -30, -31, VERSION-CURRENT).
    """
    template = Template.objects.select_for_update().get(pk=template.pk)
    if force and (template.instances.exists() or uses_of(template.pk)):
        _require_files_deletable(actor, template)
        return _begin(DELETE_FILE_KIND, actor, template, correlation_id)
    _require_deletable(actor, template)
    return _begin(DELETE_KIND, actor, template, correlation_id)


@retried_transaction
def delete_template_files(*, actor: Any, template: Template, correlation_id: str = "") -> Operation:
    """Begin to remove the files alone: its machines and instances stay, nothing new is made of it.

    Raises PermissionRefused, Conflict (VIMAGE-9, -10: machines read the file, -34: delete the template
    instead, -35: there is no file, VERSION-CURRENT).
    """
    template = Template.objects.select_for_update().get(pk=template.pk)
    _require_files_deletable(actor, template)
    return _begin(DELETE_FILE_KIND, actor, template, correlation_id)


def may_delete(actor: Any, template: Template) -> Decision:
    """Whether the template could be deleted now, with the reason when not."""
    return possible(_require_deletable, actor, template)


def may_delete_files(actor: Any, template: Template) -> Decision:
    """Whether its files alone could be deleted now, with the reason when not."""
    return possible(_require_files_deletable, actor, template)


def _begin(kind: str, actor: Any, template: Template, correlation_id: str) -> Operation:
    parameters = {"from_state": template.state}
    template.state = TemplateState.UNAVAILABLE
    template.save(update_fields=["state", "updated_at"])
    return engine.start(
        kind=kind, resource=template, actor=actor, parameters=parameters, correlation_id=correlation_id
    )


def _require_deletable(actor: Any, template: Template) -> None:
    require_own(actor, template)
    _require_settled(template)
    require_not_leading(template)
    count = template.instances.count()
    if count:
        shown = template.instances.filter(actor.reaching()).values_list("name", flat=True)[:MOST_NAMES]
        number = ngettext("%(count)s instance", "%(count)s instances", count) % {"count": count}
        raise Conflict(
            _("%(name)s is the master of %(instances)s.")
            % {"name": template.name, "instances": _listed(list(shown), count) if shown else number},
            code="VIMAGE-7",
            remedy=_("Delete its instances first, or delete only its disk file."),
        )
    uses = uses_of(template.pk)
    if uses:
        raise _in_use(actor, template, uses)


def _require_files_deletable(actor: Any, template: Template) -> None:
    require_own(actor, template)
    _require_settled(template)
    require_not_leading(template)
    if template.state == TemplateState.UNAVAILABLE:
        raise Conflict(_("%(name)s has no file any more.") % {"name": template.name}, code="VIMAGE-35")
    uses = uses_of(template.pk)
    if not uses and not template.instances.exists():
        raise Conflict(
            _("Nothing is made of %(name)s, so nothing would be kept.") % {"name": template.name},
            code="VIMAGE-34",
            remedy=_("Delete the whole template."),
        )
    holding = [use for use in uses if use.holds_file]
    if holding:
        raise _in_use(actor, template, holding)


def _require_settled(template: Template) -> None:
    if template.state == TemplateState.IN_PROGRESS:
        raise Conflict(
            _("The template %(name)s is still being made.") % {"name": template.name},
            code="VIMAGE-31",
            remedy=_("Cancel that first, or wait for its end."),
        )
    if is_copied_from(template) or template.packages.filter(state=TemplateState.IN_PROGRESS).exists():
        raise Conflict(
            _("The files of %(name)s are being copied or exported.") % {"name": template.name},
            code="VIMAGE-31",
            remedy=_("Cancel that first, or wait for its end."),
        )
    if conversions_under_way(template).exists():
        raise Conflict(
            _("A disk of %(name)s is being converted.") % {"name": template.name},
            code="VIMAGE-30",
            remedy=_("Cancel that first, or wait for its end."),
        )


def _in_use(actor: Any, template: Template, uses: list[Use]) -> Conflict:
    """The refusal with the machines the actor may know; of others only how many there are."""
    shown = {row["name"] for row in uses_shown_to(actor, template.pk)}
    names = [use.name for use in uses if use.name in shown and actor.reaches(use.enterprise_id)]
    number = ngettext("%(count)s machine", "%(count)s machines", len(uses)) % {"count": len(uses)}
    text = _listed(names, len(uses)) if names else number
    message = _("%(name)s is in use by %(machines)s.") % {"name": template.name, "machines": text}
    remedy = _("Delete these machines first.")
    return Conflict(
        message,
        code="VIMAGE-10",
        remedy=remedy,
        reasons=(Reason("VIMAGE-10", message, remedy, {"machines": len(uses), "names": names[:MOST_NAMES]}),),
    )


def _listed(names: list[str], count: int) -> str:
    listed = ", ".join(names[:MOST_NAMES])
    more = count - min(len(names), MOST_NAMES)
    return _("%(names)s and %(count)s more") % {"names": listed, "count": more} if more else listed
