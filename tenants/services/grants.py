"""Nobody hands out more than they hold: the checks behind every service that gives rights away."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound, PermissionRefused
from tenants.access import require
from tenants.models import Enterprise, Privilege, Role, Scope, User
from tenants.reach import Reach

MANAGES_OTHERS = "USERS_MANAGE_OTHER_ENTERPRISES"
COUNTING_THERE = ("Virtual datacenters", "Virtual appliances")


def require_enterprise(actor: User, enterprise: Enterprise, privilege: str = MANAGES_OTHERS) -> None:
    """Raise NotFound or PermissionRefused unless the actor manages this enterprise's users or roles."""
    if not Enterprise.objects.visible_to(actor).filter(pk=enterprise.pk).exists():
        raise NotFound(_("There is no such enterprise."), code="EN-0")
    if enterprise.pk != actor.enterprise_id:
        require(actor, privilege)


def require_assignable(actor: User | None, role: Role, enterprise: Enterprise, held=None) -> None:
    """Raise Conflict unless users of the enterprise may get this role from the actor.

    ``held``: what the actor holds where the role is to count, if not everywhere.
    """
    if role.enterprise_id not in (None, enterprise.pk):
        raise Conflict(
            _("The role %(role)s belongs to another enterprise.") % {"role": role.name},
            code="USER-20",
            remedy=_("Choose a global role, or one of %(enterprise)s.") % {"enterprise": enterprise.name},
        )
    missing = missing_privileges(actor, names_of(role), held)
    if missing:
        raise Conflict(
            _("You can't give the role %(role)s: it holds %(count)s privileges that you lack.")
            % {"role": role.name, "count": len(missing)},
            code="USER-18",
            remedy=_("Choose a role with fewer rights, or ask somebody who holds them."),
        )


def require_held(actor: User | None, privileges: Iterable[str]) -> None:
    """Raise Conflict (ROLE-8) unless the actor holds all of these privileges."""
    missing = sorted(missing_privileges(actor, privileges))
    if missing:
        raise Conflict(
            _("You lack %(count)s of these privileges: %(names)s.")
            % {"count": len(missing), "names": some_of(missing)},
            code="ROLE-8",
            remedy=_("Nobody can hand out more than they hold."),
        )


def require_scope(
    actor: User | None, scope: Scope | None, enterprise: Enterprise, *, code: str = "SCOPE-15"
) -> None:
    """Raise Conflict unless the actor may give users of the enterprise this scope; None they always may.

    ``code``: that of the refusal when the scope does not hold the enterprise.
    """
    if scope is None or actor is None:
        return
    if not within_scope_of(actor, scope):
        raise Conflict(
            _("The scope %(scope)s reaches further than yours.") % {"scope": scope.name},
            code="USER-19",
            remedy=_("Choose your own scope or one beneath it."),
        )
    members = Scope.enterprises.through.objects.filter(scope__ancestors__ancestor=scope)
    if not scope.unlimited and not members.filter(enterprise=enterprise).exists():
        raise Conflict(
            _("The scope %(scope)s does not hold %(enterprise)s, where the user belongs.")
            % {"scope": scope.name, "enterprise": enterprise.name},
            code=code,
            remedy=_("Add the enterprise to the scope first, or choose another scope."),
        )


def within_scope_of(actor: User, scope: Scope) -> bool:
    """Whether a scope is the actor's own or lies beneath it."""
    if actor.scope_id is None:
        return False
    return actor.scope.unlimited or scope.ancestors.filter(ancestor_id=actor.scope_id).exists()


def require_manageable(actor: User, user: User) -> None:
    """Raise NotFound or PermissionRefused unless the actor may touch what is somebody else's: users of
    enterprises they manage who are no mightier than they."""
    if user.pk != actor.pk:
        require_enterprise(actor, user.enterprise)
        require_no_mightier(actor, user)


def require_no_mightier(actor: User, user: User) -> None:
    """Raise PermissionRefused when the user may do or see more than the actor, anywhere.

    Who could change such a user, or give them a new password, would hold all of it.
    """
    if user.pk == actor.pk:
        return
    more = missing_privileges(actor, names_of(user.role), but=user.datacenter_roles) or any(
        role.privileges - actor.privileges_in(datacenter)
        for datacenter, role in user.datacenter_roles.items()
    )
    confined = {user.tenant_reach, user.location_reach} == {Reach.OWN}
    beyond = not confined and not within_scope_of(actor, user.scope)
    wider = actor.restricted and not (user.restricted and user.open_datacenters <= actor.open_datacenters)
    if more or beyond or wider:
        raise PermissionRefused(
            _("%(nick)s may do more than you, so you can't change this user.") % {"nick": user.nick},
            remedy=_("Ask somebody with at least the same rights."),
        )


def missing_privileges(
    actor: User | None, privileges: Iterable[str], held=None, but: Iterable[int] = ()
) -> set[str]:
    """What of these the actor lacks, be it only in a virtual datacenter where another role counts for them;
    nothing for the platform itself.

    ``held``: what they hold where the privileges are to count, if not everywhere. ``but`` are virtual
    datacenters where the privileges won't count.
    """
    if actor is None:
        return set()
    asked = set(privileges)
    if held is not None:
        return asked - held
    there = [role.privileges for vdc, role in actor.datacenter_roles.items() if vdc not in but]
    if not there:
        return asked - actor.privileges
    counting = set(Privilege.objects.filter(group__in=COUNTING_THERE).values_list("name", flat=True))
    return (asked - actor.privileges) | ((asked & counting) - frozenset.intersection(*there))


def names_of(role: Role) -> list[str]:
    """The names of a role's privileges."""
    return list(role.privileges.values_list("name", flat=True))


def is_cloud_administrator(user: User) -> bool:
    """Whether the user holds the blocked global role, everywhere, and can sign in."""
    mighty = user.role.blocked and user.role.enterprise_id is None
    return mighty and user.is_active and user.scope_id is not None and user.scope.unlimited


def require_another_cloud_administrator(user: User) -> None:
    """Raise Conflict (USER-25) when the user is the last one. The role's lock lets one leave at a time."""
    Role.objects.select_for_update().get(pk=user.role_id)
    others = User.objects.filter(role_id=user.role_id, scope__unlimited=True, is_active=True)
    if not others.exclude(pk=user.pk).exists():
        raise Conflict(
            _("%(nick)s is the last cloud administrator.") % {"nick": user.nick},
            code="USER-25",
            remedy=_("Make somebody else one first."),
        )


def some_of(names: list[str], most: int = 5) -> str:
    """The first names in one line, with a sign that there are more."""
    told = ", ".join(names[:most])
    return f"{told} …" if len(names) > most else told
