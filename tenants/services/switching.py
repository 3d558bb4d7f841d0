"""Working in another enterprise for a while: seen on every page, and written down in both of them."""

from typing import Any

from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import NotFound
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import require
from tenants.models import Enterprise, User
from tenants.reach import ADMINISTER_ALL


@retried_transaction
def switch_enterprise(*, actor: Any, enterprise: Enterprise | None) -> None:
    """Let the actor work in an enterprise within their reach from now on; None or their own: back home.

    Raises PermissionRefused without ENTERPRISE_ADMINISTER_ALL, NotFound (EN-0) for one beyond reach.
    Going home is always allowed.
    """
    user = User.objects.select_for_update().select_related("enterprise", "switched_to").get(pk=actor.pk)
    target = None if enterprise is None or enterprise.pk == user.enterprise_id else enterprise
    if target is not None:
        require(actor, ADMINISTER_ALL)
        if not Enterprise.objects.filter(actor.reaching("pk"), pk=target.pk).exists():
            raise NotFound(_("There is no such enterprise."), code="EN-0")
    before = user.switched_to
    if before == target:
        return
    user.switched_to = target
    user.save(update_fields=["switched_to", "updated_at"])
    access_changed()
    changes = {"working_in": [str(before or user.enterprise), str(target or user.enterprise)]}
    record_event(kind="user.switched_enterprise", subject=user, actor=actor, changes=changes)
    for visited, kind in ((before, "enterprise.left"), (target, "enterprise.entered")):
        if visited is not None:
            record_event(kind=kind, subject=visited, actor=actor)
