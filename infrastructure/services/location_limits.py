"""Which locations an enterprise may use, and how much of each."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Conflict, NotFound, PermissionRefused
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.models import Datacenter, LocationLimit
from infrastructure.services.admission import locked_place
from tenants.access import require
from tenants.models import Enterprise
from tenants.services.enterprises import require_known, require_not_own
from tenants.services.limits import set_limits
from tenants.services.refusals import noting_refusals
from tenants.usage import Extent

MANAGE = "USERS_MANAGE_ENTERPRISE"
CODES = ("LIMIT-10", "LIMIT-14")


@retried_transaction
def allow_location(
    *, actor: Any, enterprise: Enterprise, datacenter: Datacenter, **limits: int
) -> LocationLimit:
    """Let an enterprise use a location within these limits (fields of LocationLimits).

    The caller found the enterprise through ``visible_to``. Raises PermissionRefused (LIMIT-18) for
    a datacenter that is not the actor's, Conflict (LIMIT-7) when it may already, Invalid.
    """
    _require(actor, enterprise)
    if not _is_theirs(actor, datacenter):
        raise PermissionRefused(
            _("This datacenter lies outside of your scope."),
            code="LIMIT-18",
            remedy=_("Ask an administrator whose scope has it."),
        )
    locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
    if LocationLimit.objects.filter(enterprise=enterprise, datacenter=datacenter).exists():
        raise Conflict(
            _("%(enterprise)s may use %(location)s already.")
            % {"enterprise": enterprise, "location": datacenter},
            code="LIMIT-7",
            remedy=_("Change the limits it has there."),
        )
    made = LocationLimit(enterprise=enterprise, datacenter=datacenter)
    changes = _set(made, limits)
    made.save()
    record_event(kind="location_limit.created", subject=made, actor=actor, changes=changes)
    return made


@retried_transaction
def open_to(*, actor: Any, datacenter: Datacenter, enterprise: Enterprise) -> None:
    """Let an enterprise use a location without limits; one that may already keeps those it has.

    ``actor`` None: the platform itself. Raises NotFound (DC-0, EN-0) for what the actor can't see.
    """
    _require_sight(actor, enterprise, datacenter)
    if locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk).location_limit is None:
        LocationLimit.objects.create(enterprise=enterprise, datacenter=datacenter)
        _record(actor, "enterprise.location_opened", enterprise, [None, datacenter.name])


@retried_transaction
def close_to(*, actor: Any, datacenter: Datacenter, enterprise: Enterprise) -> None:
    """Take the location from an enterprise that has nothing here. Raises Conflict as ``forbid_location``."""
    _require_sight(actor, enterprise, datacenter)
    limit = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk).location_limit
    _require_vacant(enterprise, datacenter)
    if limit is not None:
        LocationLimit.objects.filter(pk=limit.pk).delete()
        _record(actor, "enterprise.location_closed", enterprise, [datacenter.name, None])


@noting_refusals
@retried_transaction
def change_location_limit(*, actor: Any, location_limit: LocationLimit, **limits: int) -> LocationLimit:
    """Change limits; what is not given stays. Raises Invalid, LimitExceeded (LIMIT-10), NotFound."""
    found = _locked(actor, location_limit)
    changes = _set(found, limits)
    if changes:
        found.save()
        record_event(kind="location_limit.changed", subject=found, actor=actor, changes=changes)
    return found


@retried_transaction
def forbid_location(*, actor: Any, location_limit: LocationLimit) -> None:
    """Take a location from an enterprise that has nothing there. Raises Conflict (LIMIT-11 for virtual
    datacenters, LIMIT-12 for networks), NotFound."""
    found = _locked(actor, location_limit)
    _require_vacant(found.enterprise, found.datacenter)
    record_event(kind="location_limit.deleted", subject=found, actor=actor)
    found.delete()


def _locked(actor: Any, location_limit: LocationLimit) -> LocationLimit:
    """The row as it is now, its enterprise's row locked first, as every admission does."""
    _require(actor, location_limit.enterprise)
    locked_place(enterprise_id=location_limit.enterprise_id, datacenter_id=location_limit.datacenter_id)
    known = LocationLimit.objects.select_related("enterprise", "datacenter")
    found = known.filter(pk=location_limit.pk).first()
    if found is None:
        raise NotFound(_("The enterprise may no longer use this location."), code="LIMIT-8")
    return found


def _require(actor: Any, enterprise: Enterprise) -> None:
    """Who manages the enterprise; nobody who is confined by a scope decides about their own."""
    require(actor, MANAGE)
    require_known(actor, enterprise)
    require_not_own(actor, enterprise)


def _require_sight(actor: Any, enterprise: Enterprise, datacenter: Datacenter) -> None:
    """Whoever hands out a location sees both."""
    if actor is None:
        return
    require(actor, MANAGE)
    if not _is_theirs(actor, datacenter):
        raise NotFound(_("There is no such datacenter."), code="DC-0")
    _require(actor, enterprise)


def _is_theirs(actor: Any, datacenter: Datacenter) -> bool:
    """Whether it is the actor's to hand on: by their scope, or since their home may use it. That the
    enterprise they work in for a while may use it does not make it theirs."""
    return Datacenter.objects.visible_to(actor.at_home()).filter(pk=datacenter.pk).exists()


def _require_vacant(enterprise: Enterprise, datacenter: Datacenter) -> None:
    """Nothing of the enterprise is left there; the caller holds the lock of its limits."""
    count = datacenter.virtual_datacenters.filter(enterprise=enterprise).count()
    if count:
        raise Conflict(
            ngettext(
                "%(enterprise)s still has %(count)s virtual datacenter in %(location)s.",
                "%(enterprise)s still has %(count)s virtual datacenters in %(location)s.",
                count,
            )
            % {"enterprise": enterprise, "location": datacenter, "count": count},
            code="LIMIT-11",
            remedy=_("Delete what it has there first."),
        )
    # External networks belong to no virtual datacenter and outlive the last one.
    names = list(datacenter.networks.filter(enterprise=enterprise).values_list("name", flat=True)[:5])
    if names:
        raise Conflict(
            _("%(enterprise)s still has networks in %(location)s: %(names)s.")
            % {"enterprise": enterprise, "location": datacenter, "names": ", ".join(names)},
            code="LIMIT-12",
            remedy=_("Delete the networks it has there first."),
        )


def _record(actor: Any, kind: str, enterprise: Enterprise, change: list[str | None]) -> None:
    record_event(kind=kind, subject=enterprise, actor=actor, changes={"location": change})


def _set(row: LocationLimit, limits: dict[str, int]) -> dict[str, Any]:
    extent = Extent(row.enterprise_id, row.datacenter_id)
    return set_limits(row, limits, extent=extent, codes=CODES, of=row.enterprise)
