"""Persistent templates, which can't be made here: their disk would lie on a volume, and there are none."""

from typing import Any, NoReturn

from django.utils.translation import gettext as _

from catalogue.models import Template
from core.errors import Conflict, Invalid, NotFound
from tenants.access import require

PRIVILEGE = "VAPP_CREATE_STATEFUL"


def make_persistent(*, actor: Any, template: Template, name: str) -> NoReturn:
    """Say why none is made.

    Raises PermissionRefused, NotFound (PERSISTENT-3: no name), Invalid (PERSISTENT-20: a CD), Conflict
    (PERSISTENT-1: it is one already, PERSISTENT-5: no volumes).
    """
    require(actor, PRIVILEGE)
    if not name.strip():
        raise NotFound(_("The persistent template needs a name."), code="PERSISTENT-3")
    if template.persistent:
        raise Conflict(_("%(name)s is persistent already.") % {"name": template.name}, code="PERSISTENT-1")
    if not template.disks.filter(optical=False).exists():
        raise Invalid(_("An ISO image has no disk that could persist."), code="PERSISTENT-20")
    raise Conflict(
        _(
            "A persistent template's disk lies on a volume that every host reaches, and the tiers of this"
            " location have no storage pools to make volumes of."
        ),
        code="PERSISTENT-5",
        remedy=_(
            "Make an instance before undeploying, and a version of it: the next machine begins with its data."
        ),
    )
