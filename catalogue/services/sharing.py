"""With whom templates are shared: with everybody who may use the location, or with scopes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Template
from catalogue.uses import uses_of
from core.errors import Conflict, PermissionRefused
from tenants.models import Scope
from tenants.reach import Reach


def share(actor: Any, template: Template, shared: bool, scopes: Sequence[Scope]) -> dict[str, list[Any]]:
    """Set with whom the template is shared; answers what changed. Joins the caller's transaction.

    ``shared``: with everybody, as an unlimited scope is. Scopes the actor doesn't see stay as they are.
    Raises PermissionRefused (VIMAGE-67), Conflict (VIMAGE-21, VIMAGE-70).
    """
    before, kept = _told(template), list(template.scopes.all())
    seen = set(Scope.objects.visible_to(actor).values_list("pk", flat=True))
    wanted = {scope.pk: scope for scope in scopes if not scope.unlimited}
    shared = shared or any(scope.unlimited for scope in scopes)
    wanted |= {scope.pk: scope for scope in kept if scope.pk not in seen}
    more = set(wanted) - {scope.pk for scope in kept}
    if template.persistent and (shared or wanted):
        raise Conflict(_("A persistent template is of one enterprise and can't be shared."), code="VIMAGE-21")
    if more or (shared and not template.shared):
        _require_sharer(actor, shared and not template.shared)
    template.shared = shared
    template.save(update_fields=["shared", "updated_at"])
    template.scopes.set(wanted.values())
    _require_users_kept(template)
    after = _told(template)
    return {"shared_with": [before, after]} if before != after else {}


def share_like(template: Template, other: Template) -> dict[str, list[Any]]:
    """Share it with exactly those with whom the other one is; answers what changed. Joins the caller's
    transaction. Raises Conflict (VIMAGE-70)."""
    before = _told(template)
    template.shared = other.shared
    template.save(update_fields=["shared", "updated_at"])
    template.scopes.set(other.scopes.all())
    _require_users_kept(template)
    after = _told(template)
    return {"shared_with": [before, after]} if before != after else {}


def _require_sharer(actor: Any, everybody: bool) -> None:
    if everybody and actor.reach != Reach.ALL:
        raise PermissionRefused(
            _("Only administrators whose scope is unlimited share templates with everybody."),
            code="VIMAGE-67",
            remedy=_("Share it with scopes you administer, or ask a cloud administrator."),
        )
    if actor.reach == Reach.OWN:
        raise PermissionRefused(
            _("You administer no enterprise but your own, so you can't share templates with others."),
            code="VIMAGE-67",
            remedy=_("Ask the administrator of your scope."),
        )


def _require_users_kept(template: Template) -> None:
    """Whoever made machines of it must go on seeing it."""
    if template.shared:
        return
    reached = Scope.objects.filter(ancestors__ancestor__in=template.scopes.all())
    offered = set(reached.values_list("enterprises", flat=True)) | {template.enterprise_id}
    others = [use for use in uses_of(template.pk) if use.enterprise_id not in offered]
    if others:
        raise Conflict(
            ngettext(
                "Another enterprise has %(count)s machine made of %(name)s, so it stays shared.",
                "Other enterprises have %(count)s machines made of %(name)s, so it stays shared.",
                len(others),
            )
            % {"count": len(others), "name": template.name},
            code="VIMAGE-70",
            remedy=_("Ask them to delete those machines first."),
        )


def _told(template: Template) -> str:
    names = template.scopes.order_by("name").values_list("name", flat=True)
    return _("everybody") if template.shared else ", ".join(names)
