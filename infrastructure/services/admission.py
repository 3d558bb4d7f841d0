"""Admission: the one way to ask whether something may hold more, at every level that limits it.

Whoever raises usage (deploying, giving a deployed machine another size, creating a network,
registering a template; and likewise restoring, cloning, capturing, scaling and uploading) asks here in
the transaction that then writes the rows which are counted. The rows of the limits are locked in one
order: enterprise, location limit, virtual datacenter. So two requests never count the same room.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import LimitExceeded, NotFound
from core.prepared import Prepared
from infrastructure.models import Datacenter, LocationLimit
from infrastructure.services.limit_leases import record_passed
from tenants.limits import Amounts, Force, Level, LimitLine, check, lines, resources_of
from tenants.models import Enterprise
from tenants.usage import Extent, held

SEES_ALL = "USERS_MANAGE_ENTERPRISE"
_VIRTUAL_DATACENTER = ("compute", "VirtualDatacenter")
_enterprises = Prepared(lambda pk: Enterprise.objects.select_for_update().filter(pk=pk).order_by())
_location_limits = Prepared(lambda enterprise, datacenter: _limits_at(enterprise, datacenter))
_location_limits_around = Prepared(
    lambda enterprise, vdc: _limits_at(
        enterprise, _rows_of_datacenters().filter(pk=vdc).order_by().values("datacenter_id")[:1]
    )
)
_virtual_datacenters = Prepared(
    lambda pk: _rows_of_datacenters().select_for_update().filter(pk=pk).order_by()
)


def _rows_of_datacenters() -> QuerySet:
    return apps.get_model(*_VIRTUAL_DATACENTER).objects.all()


def _limits_at(enterprise_id: Any, datacenter_id: Any) -> QuerySet[LocationLimit]:
    limits = LocationLimit.objects.select_for_update()
    return limits.filter(enterprise_id=enterprise_id, datacenter_id=datacenter_id).order_by()


@dataclass(frozen=True)
class Place:
    """Where something is allocated: the rows of the limits that hold there.

    ``location_limit`` is None where the enterprise may no longer use the location; what it has there
    still counts for the enterprise. ``virtual_datacenter`` is None for what lies in none.
    """

    enterprise: Enterprise
    datacenter_id: int
    location_limit: LocationLimit | None = None
    virtual_datacenter: Any | None = None


@dataclass(frozen=True)
class Admission:
    """A request against every limit that holds in a place. ``lines`` are the limits it touches."""

    place: Place
    lines: tuple[LimitLine, ...]

    def check(self, *, actor: Any, force: bool | Force = False) -> tuple[LimitLine, ...]:
        """Raise LimitExceeded, or return the soft limits that are passed by force."""
        try:
            return check(self.lines, force=force, sees_all=sees_numbers(actor))
        except LimitExceeded as error:
            error.subject = self.place.enterprise
            raise


def locked_place(*, enterprise_id: int, datacenter_id: int) -> Place:
    """The place of what lies in no virtual datacenter, with its limits locked until the transaction ends."""
    enterprise = _enterprises.first(enterprise_id)
    return Place(enterprise, datacenter_id, _location_limits.first(enterprise_id, datacenter_id))


def locked_place_in(*, enterprise_id: int, virtual_datacenter_id: int) -> Place:
    """The place of what lies in a virtual datacenter, with its limits locked until the transaction ends.

    Raises NotFound when the virtual datacenter went meanwhile.
    """
    enterprise = _enterprises.first(enterprise_id)
    location_limit = _location_limits_around.first(enterprise_id, virtual_datacenter_id)
    vdc = _virtual_datacenters.first(virtual_datacenter_id)
    if vdc is None:
        raise NotFound(_("The virtual datacenter was deleted meanwhile."), code="VDC-0")
    vdc.enterprise = enterprise
    return Place(enterprise, vdc.datacenter_id, location_limit, vdc)


def place_of(virtual_datacenter: Any) -> Place:
    """The place of a virtual datacenter as it is now, nothing locked: for plans and pages."""
    vdc = virtual_datacenter
    found = LocationLimit.objects.filter(enterprise_id=vdc.enterprise_id, datacenter_id=vdc.datacenter_id)
    return Place(vdc.enterprise, vdc.datacenter_id, found.select_related("datacenter").first(), vdc)


def place_in_location(enterprise: Enterprise, datacenter_id: int) -> Place:
    """The place of what lies in no virtual datacenter, nothing locked: for plans and pages."""
    found = LocationLimit.objects.filter(enterprise_id=enterprise.pk, datacenter_id=datacenter_id)
    return Place(enterprise, datacenter_id, found.select_related("datacenter").first())


def admission_of(place: Place, requested: Amounts) -> Admission:
    """What the request meets at each level; nothing is decided yet."""
    return Admission(place, lines(levels_at(place, requested), requested))


def admit(
    *,
    actor: Any,
    place: Place,
    requested: Amounts,
    force: bool | Force = False,
    subject: Any = None,
) -> tuple[LimitLine, ...]:
    """Let the request pass all limits of the locked place, or raise LimitExceeded.

    Soft limits passed by ``force`` are recorded about ``subject`` (default: the virtual datacenter or
    enterprise) and returned. ``actor`` None is the platform itself, which soft limits never stop.
    """
    passed = admission_of(place, requested).check(actor=actor, force=force or actor is None)
    if passed and actor is not None:
        subject = subject or place.virtual_datacenter or place.enterprise
        record_passed(actor=actor, place=place, passed=passed, force=force, subject=subject)
    return passed


def levels_at(place: Place, requested: Amounts | None = None) -> tuple[Level, ...]:
    """The levels of a place, outermost first, with what is held of what they limit.

    With ``requested`` only levels that limit something of it, and only that is counted. Tenants see
    their virtual datacenter's numbers, those of the enterprise and the location only administrators.
    """
    touched = None if requested is None else frozenset(requested.touched)
    levels = []
    for code, limits, extent in _levels_of(place):
        limited = _limited(limits) if touched is None else _limited(limits) & touched
        if limited:
            name = _name_of(code, limits, place)
            visible = code == "virtual_datacenter"
            levels.append(Level(code, name, held(extent, limited), limits, visible))
    return tuple(levels)


def sees_numbers(actor: Any) -> bool:
    """Whether the actor is told the numbers of every level: whoever manages limits, and the platform."""
    return actor is None or SEES_ALL in actor.privileges


def _levels_of(place: Place) -> list[tuple[str, Any, Extent]]:
    enterprise_id, vdc = place.enterprise.id, place.virtual_datacenter
    levels: list[tuple[str, Any, Extent]] = [("enterprise", place.enterprise, Extent(enterprise_id))]
    if place.location_limit is not None:
        levels.append(("location", place.location_limit, Extent(enterprise_id, place.datacenter_id)))
    if vdc is not None:
        levels.append(("virtual_datacenter", vdc, Extent(enterprise_id, place.datacenter_id, vdc.id)))
    return levels


def _limited(limits: Any) -> frozenset[str]:
    return frozenset(
        resource
        for resource in resources_of(limits)
        if getattr(limits, f"{resource}_soft") or getattr(limits, f"{resource}_hard")
    )


def _name_of(code: str, limits: Any, place: Place) -> str:
    if code != "location":
        return limits.name
    datacenter = Datacenter.objects.only("name").get(pk=place.datacenter_id)
    return _("%(enterprise)s in %(location)s") % {
        "enterprise": place.enterprise.name,
        "location": datacenter.name,
    }
