"""Restricted appliances in the records: what is kept of them and of their machines is for few.

An appliance's mark holds for its whole record, past and future, and for what outlives it as it last was:
who restricts an appliance hides what was told of it so far, who opens it opens that as well.
"""

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

SEES_RESTRICTED, MANAGES_RESTRICTED = "VAPP_RESTRICTED_VIEW", "VAPP_RESTRICTED_MANAGE"


def outside_restricted_appliances(actor: Any, privilege: str = SEES_RESTRICTED) -> Q:
    """Rows that are not about restricted appliances, or what lies in them, where the actor lacks the
    privilege. They have columns ``virtual_appliance_id`` and ``virtual_datacenter_id``."""
    blind = actor.without(privilege)
    if blind is None:
        return Q()
    alive = Q(virtual_appliance_id__in=_restricted().values("pk"))
    return ~((alive | Q(virtual_appliance_id__in=_gone().values("pk"))) & blind)


def is_restricted(virtual_appliance_id: int | None) -> bool:
    """Whether this appliance is restricted, or was when it was deleted. One query, rarely two."""
    if virtual_appliance_id is None:
        return False
    found = _appliances().filter(pk=virtual_appliance_id).order_by().values_list("restricted", flat=True)
    mark = found.first()
    return _gone().filter(pk=virtual_appliance_id).exists() if mark is None else mark


def in_restricted_appliance(column: str = "virtual_appliance_id") -> Exists:
    """Whether the appliance that ``column`` of a row names is there and restricted."""
    return Exists(_restricted().filter(pk=OuterRef(column)))


def virtual_appliance_id_of(subject: Any) -> int | None:
    """Which appliance a subject is, or lies in; None for what lies in none."""
    explicit = getattr(subject, "subject_type", None)
    kind = explicit or subject._meta.model_name
    if kind in ("virtual_appliance", "virtualappliance"):
        return subject.id
    return getattr(subject, "virtual_appliance_id", None)


def _gone() -> QuerySet:
    return apps.get_model("events", "GoneRestrictedAppliance").objects.all()


def _appliances() -> QuerySet:
    return apps.get_model("compute", "VirtualAppliance").objects.all()


def _restricted() -> QuerySet:
    return _appliances().filter(restricted=True)
