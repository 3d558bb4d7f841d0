"""Who may change a template: those of its enterprise, and whoever administers that one."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Template
from core.errors import Conflict
from tenants.access import Decision, possible, require

MODIFY = "APPLIB_ALLOW_MODIFY"


def require_own(actor: Any, template: Template) -> None:
    """Raise unless the actor may change the template: PermissionRefused, Conflict (VIMAGE-9)."""
    if not actor.reaches(template.enterprise_id):
        raise Conflict(
            _("The template %(name)s is shared with you; only its owner changes it.")
            % {"name": template.name},
            code="VIMAGE-9",
            remedy=_("Ask its owner."),
        )
    require(actor, MODIFY, template)


def may_change_template(actor: Any, template: Template) -> Decision:
    """Whether the actor could change it, with the reason when not."""
    return possible(require_own, actor, template)
