"""Reserving hosts: one that is reserved takes machines of its enterprise only."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.changes import assign
from core.errors import Conflict, NotFound
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.models import Host
from infrastructure.services.rights import require_privilege
from tenants.models import Enterprise
from tenants.services.enterprises import require_known, require_not_own

RESERVE = "USERS_MANAGE_RESERVED_MACHINES"


@retried_transaction
def reserve_host(*, actor: Any, host: Host, enterprise: Enterprise) -> Host:
    """From now on the host takes machines of this enterprise only. The host's row is locked, as by whoever
    claims room on it, so that none of another enterprise slips in meanwhile.

    Raises PermissionRefused, NotFound (EN-0, MACHINE-0); Conflict when it is reserved already, for this
    one (MACHINE-14) or for another (MACHINE-12), or carries machines of others (MACHINE-16).
    """
    found = _locked(actor, host, enterprise)
    if found.reserved_for_id is not None:
        raise _reserved_already(found, enterprise)
    strangers = found.claims.exclude(enterprise_id=enterprise.pk).count()
    if strangers:
        raise Conflict(
            ngettext(
                "%(host)s carries %(count)s virtual machine of other enterprises.",
                "%(host)s carries %(count)s virtual machines of other enterprises.",
                strangers,
            )
            % {"host": found, "count": strangers},
            code="MACHINE-16",
            remedy=_("Wait until they have gone, or reserve an empty host."),
        )
    return _written(actor, found, enterprise, "host.reserved")


@retried_transaction
def release_host(*, actor: Any, host: Host, enterprise: Enterprise) -> Host:
    """The host takes machines of everybody again; those it carries stay.

    Raises PermissionRefused, NotFound (EN-0, MACHINE-0; MACHINE-13 when it is not reserved for this one).
    """
    found = _locked(actor, host, enterprise)
    if found.reserved_for_id != enterprise.pk:
        raise NotFound(
            _("%(host)s is not reserved for %(enterprise)s.") % {"host": found, "enterprise": enterprise},
            code="MACHINE-13",
        )
    return _written(actor, found, None, "host.released")


def _locked(actor: Any, host: Host, enterprise: Enterprise) -> Host:
    """The host as it is now; who hands out hosts of a datacenter has it in their scope."""
    require_privilege(actor, RESERVE, host.datacenter)
    if actor is not None:
        require_known(actor, enterprise)
        require_not_own(actor, enterprise)
    found = Host.objects.select_for_update().filter(pk=host.pk).first()
    if found is None:
        raise NotFound(_("There is no such host."), code="MACHINE-0")
    return found


def _written(actor: Any, host: Host, enterprise: Enterprise | None, kind: str) -> Host:
    changes = assign(host, {"reserved_for": enterprise})
    host.save(update_fields=["reserved_for", "updated_at"])
    record_event(kind=kind, subject=host, actor=actor, changes=changes)
    return host


def _reserved_already(host: Host, enterprise: Enterprise) -> Conflict:
    if host.reserved_for_id == enterprise.pk:
        sentence = _("%(host)s is reserved for %(enterprise)s already.")
        return Conflict(sentence % {"host": host, "enterprise": enterprise}, code="MACHINE-14")
    return Conflict(
        _("%(host)s is reserved for another enterprise.") % {"host": host},
        code="MACHINE-12",
        remedy=_("Have it released first."),
    )
