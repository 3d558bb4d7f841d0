"""Telling a template's login password to those who make machines of it; the event log tells who asked."""

from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Template
from catalogue.services.editing import PASSWORD_PURPOSE
from core.errors import NotFound
from core.sealing import unseal
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import require

MAKE_MACHINES = "VDC_MANAGE_VAPP"


@retried_transaction
def reveal_login_password(*, actor: Any, template: Template) -> str:
    """The password. The caller found the template through ``visible_to``.

    Raises PermissionRefused, NotFound where none is kept, CannotUnseal.
    """
    require(actor, MAKE_MACHINES)
    if not template.sealed_login_password:
        raise NotFound(_("No password is kept with this template."))
    record_event(kind="template.password_shown", subject=template, actor=actor)
    return unseal(template.sealed_login_password, purpose=PASSWORD_PURPOSE)
