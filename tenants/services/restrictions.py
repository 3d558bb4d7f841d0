"""Rights in single virtual datacenters: which are open to a restricted user, and other roles there."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, NotFound
from events.services import record_event
from tenants.access import require
from tenants.models import Role, User, VirtualDatacenterRestriction, VirtualDatacenterRole
from tenants.services.grants import require_assignable, require_enterprise, require_no_mightier
from tenants.virtual_datacenters import virtual_datacenters

PROHIBITS = "USERS_PROHIBIT_VDC_RESTRICTION"
MANAGE_ROLES = "USERS_MANAGE_VDC_ROLES"


def write_restriction(
    actor: User | None, user: User, restricted: bool | None, datacenter_ids: Iterable[int] | None
) -> None:
    """Write whether the user is restricted, and to which virtual datacenters. None: as it is.

    What is open already and the actor can't see stays open. Raises Conflict: the role prohibits it
    (USER-14), a virtual datacenter of another enterprise (USER-24), wider than the actor's own.
    """
    wanted = user.restricted if restricted is None else bool(restricted)
    if wanted and PROHIBITS in user.role.privileges.values_list("name", flat=True):
        raise Conflict(
            _("Users with the role %(role)s can't be restricted.") % {"role": user.role.name},
            code="USER-14",
            remedy=_("Lift the restriction, or choose a role without %(name)s.") % {"name": PROHIBITS},
        )
    if wanted and datacenter_ids is not None:
        _open(actor, user, set(datacenter_ids))
    if not wanted:
        user.restrictions.all().delete()
    if wanted != user.restricted:
        user.restricted = wanted
        user.save(update_fields=["restricted", "updated_at"])
    if actor is not None and actor.restricted:
        _require_no_wider(actor, user)


@transaction.atomic
def give_role_in(
    *, actor: User, user: User, virtual_datacenter_id: int, role: Role | None
) -> VirtualDatacenterRole | None:
    """Let another role count for the user in one virtual datacenter; None: their own one again.

    Raises PermissionRefused, NotFound, Conflict (USER-18, USER-20, USER-24, one's own rights).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    datacenter = _datacenters(actor, user, {virtual_datacenter_id})[0]
    require(actor, MANAGE_ROLES, datacenter)
    require_enterprise(actor, user.enterprise)
    require_no_mightier(actor, user)
    if user.pk == actor.pk:
        raise Conflict(
            _("Your own rights are for somebody else to change."),
            code="ROLE-12",
            remedy=_("Ask another administrator."),
        )
    require_assignable(actor, role or user.role, user.enterprise, actor.privileges_in(datacenter.pk))
    before = user.virtual_datacenter_roles.filter(virtual_datacenter_id=datacenter.pk).first()
    found = _write_role(user, datacenter.pk, role)
    access_changed()
    names = [before.role.name if before else None, role.name if role else None]
    record_event(
        kind="user.changed", subject=user, actor=actor, changes={f"role in {datacenter.name}": names}
    )
    return found


def forget_virtual_datacenter(virtual_datacenter_id: int) -> None:
    """Remove every right that speaks of a virtual datacenter which goes; part of the caller's transaction."""
    for model in (VirtualDatacenterRole, VirtualDatacenterRestriction):
        model.objects.filter(virtual_datacenter_id=virtual_datacenter_id).delete()
    access_changed()


def _open(actor: User | None, user: User, wanted: set[int]) -> None:
    present = set(user.open_virtual_datacenter_ids())
    _datacenters(actor, user, wanted - present)
    seen = set(virtual_datacenters(actor).filter(pk__in=present).values_list("pk", flat=True))
    user.restrictions.filter(virtual_datacenter_id__in=seen - wanted).delete()
    VirtualDatacenterRestriction.objects.bulk_create(
        VirtualDatacenterRestriction(user=user, virtual_datacenter_id=pk) for pk in sorted(wanted - present)
    )


def _datacenters(actor: User | None, user: User, ids: set[int]) -> list:
    """The virtual datacenters of these ids. Raises NotFound for those the actor doesn't see."""
    found = list(virtual_datacenters(actor).filter(pk__in=ids))
    if len(found) != len(ids):
        raise NotFound(_("There is no such virtual datacenter."), code="VDC-0")
    foreign = next((each for each in found if each.enterprise_id != user.enterprise_id), None)
    if foreign is not None:
        raise Conflict(
            _("%(name)s belongs to another enterprise than the user.") % {"name": foreign.name},
            code="USER-24",
        )
    return found


def _require_no_wider(actor: User, user: User) -> None:
    """A restricted administrator opens nothing that is closed to themselves, to themselves neither."""
    if not user.restricted or set(user.open_virtual_datacenter_ids()) - actor.open_datacenters:
        raise Conflict(
            _("You are restricted to some virtual datacenters, so whom you manage is too."),
            code="USER-14",
            remedy=_("Restrict the user to virtual datacenters that are open to you."),
        )


def _write_role(user: User, datacenter_id: int, role: Role | None) -> VirtualDatacenterRole | None:
    if role is None:
        user.virtual_datacenter_roles.filter(virtual_datacenter_id=datacenter_id).delete()
        return None
    found, _created = VirtualDatacenterRole.objects.update_or_create(
        user=user, virtual_datacenter_id=datacenter_id, defaults={"role": role}
    )
    return found
