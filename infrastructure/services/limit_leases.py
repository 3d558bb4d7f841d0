"""Soft limits that were passed on purpose: remembering it, and looking again when the time is over."""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from events.models import Severity
from events.restriction import virtual_appliance_id_of
from events.services import record_event
from events.services.recording import subject_type_of
from infrastructure.models import LocationLimit
from infrastructure.services.lease_mails import tell_of_end
from tenants.limits import Force, LimitLine
from tenants.models import LimitLease
from tenants.usage import Extent, held

MOST_AT_ONCE = 100


def record_passed(
    *,
    actor: Any,
    place: Any,
    passed: tuple[LimitLine, ...],
    force: bool | Force,
    subject: Any,
    operation_id: Any = None,
) -> None:
    """Record in the caller's transaction that soft limits were passed; with a reason or a date, as a lease.

    ``place`` is the place of an admission. The numbers of levels a tenant does not see are private.
    """
    lease = force if isinstance(force, Force) else Force()
    told = {"reason": lease.reason} if lease.reason else {}
    if lease.until:
        told["until"] = lease.until.isoformat()
    record_event(
        kind=f"{subject_type_of(subject)}.soft_limit_passed",
        subject=subject,
        actor=actor,
        severity=Severity.WARN,
        operation_id=operation_id,
        data=told | {"limits": [line.as_dict() for line in passed if line.visible]},
        private_data={"limits": [line.as_dict() for line in passed]},
    )
    if lease.is_lease:
        LimitLease.objects.create(
            enterprise=place.enterprise,
            datacenter_id=place.datacenter_id,
            virtual_datacenter_id=getattr(place.virtual_datacenter, "id", None),
            virtual_appliance_id=virtual_appliance_id_of(subject),
            subject_name=str(subject)[:255],
            actor_id=actor.id,
            actor_name=str(actor)[:128],
            reason=lease.reason,
            until=lease.until,
            operation_id=operation_id,
            passed=[line.as_dict() for line in passed],
        )


def end_due_leases() -> int:
    """End the leases whose time is over; record and write to people that one is still needed.

    Returns how many ended. Leases that another process is ending are left to it.
    """
    due = LimitLease.objects.filter(ended_at=None, until__lte=timezone.now()).order_by("until")
    return sum(_end(pk) for pk in due.values_list("pk", flat=True)[:MOST_AT_ONCE])


@transaction.atomic
def _end(pk: int) -> bool:
    lease = LimitLease.objects.select_for_update().filter(pk=pk, ended_at=None).first()
    if lease is None:
        return False
    lease.ended_at = timezone.now()
    lease.save(update_fields=["ended_at", "updated_at"])
    still = [now for line in lease.passed if (now := _still_passed(lease, line))]
    if still:
        record_event(
            kind="limit_lease.expired",
            subject=lease,
            severity=Severity.WARN,
            data={
                "reason": lease.reason,
                "resources": sorted({line["resource"] for line in still}),
                "levels": sorted({line["level"] for line in still}),
            },
            private_data={"limits": still},
        )
        tell_of_end(lease, still)
    return True


def _still_passed(lease: LimitLease, line: dict[str, Any]) -> dict[str, Any] | None:
    """The line with what is in use and the soft limit as they are now; None when that is not passed. A limit
    that was removed is not."""
    limits, extent = _now(lease, line["level"])
    resource = line["resource"]
    soft, used = getattr(limits, f"{resource}_soft", 0), getattr(held(extent, [resource]), resource)
    return line | {"soft": soft, "used": used} if soft and used > soft else None


def _now(lease: LimitLease, level: str) -> tuple[Any, Extent]:
    whole = Extent(lease.enterprise_id)
    if level == "enterprise":
        return lease.enterprise, whole
    there = Extent(lease.enterprise_id, lease.datacenter_id)
    if level == "location":
        limits = LocationLimit.objects.filter(
            enterprise_id=lease.enterprise_id, datacenter_id=lease.datacenter_id
        )
        return limits.first(), there
    vdc = _virtual_datacenters().filter(pk=lease.virtual_datacenter_id).first()
    return vdc, Extent(lease.enterprise_id, lease.datacenter_id, lease.virtual_datacenter_id)


def _virtual_datacenters() -> Any:
    return apps.get_model("compute", "VirtualDatacenter").objects
