"""Reading tenants, always as seen by somebody."""

from django.db import models
from django.db.models import Q

from events.restriction import outside_restricted_appliances
from tenants.reach import Reach


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EnterpriseQuerySet":
        """The actor's own enterprise; those who know others see those of their scope, or all."""
        return self.filter(actor.knowing("pk"))


class UserQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "UserQuerySet":
        """The actor, wherever they work now; with USERS_VIEW users of the enterprises they know."""
        if "USERS_VIEW" not in actor.privileges:
            return self.filter(pk=actor.pk)
        if actor.tenant_reach == Reach.ALL:
            return self
        return self.filter(Q(pk=actor.pk) | actor.knowing())


class RoleQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "RoleQuerySet":
        """Global roles and those of the enterprises the actor knows."""
        if actor.tenant_reach == Reach.ALL:
            return self
        return self.filter(Q(enterprise=None) | actor.knowing())

    def held_by(self, actor) -> "RoleQuerySet":
        """Roles with no privilege that the actor lacks."""
        grants = self.model.privileges.through.objects
        beyond = grants.exclude(privilege__name__in=actor.privileges)
        return self.exclude(pk__in=beyond.values("role_id"))


class ExternalRoleQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ExternalRoleQuerySet":
        """The names of the roles they see, for those who see users."""
        if "USERS_VIEW" not in actor.privileges:
            return self.none()
        if actor.tenant_reach == Reach.ALL:
            return self
        return self.filter(Q(role__enterprise=None) | actor.knowing("role__enterprise_id"))


class RestrictionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "RestrictionQuerySet":
        """One's own rights in virtual datacenters, and with USERS_VIEW those of the users one knows."""
        if "USERS_VIEW" not in actor.privileges:
            return self.filter(user_id=actor.pk)
        if actor.tenant_reach == Reach.ALL:
            return self
        return self.filter(Q(user_id=actor.pk) | actor.knowing("user__enterprise_id"))


class SshKeyQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "SshKeyQuerySet":
        """One's own, and with USERS_VIEW those of the users one knows."""
        if "USERS_VIEW" not in actor.privileges:
            return self.filter(user_id=actor.pk)
        if actor.tenant_reach == Reach.ALL:
            return self
        return self.filter(Q(user_id=actor.pk) | actor.knowing("user__enterprise_id"))


class PrivilegeQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "PrivilegeQuerySet":
        """Everybody may know which privileges there are."""
        return self


class ScopeQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ScopeQuerySet":
        """The actor's own scope and those beneath it; all for those without bounds."""
        if actor.tenant_reach == Reach.ALL:
            return self
        if actor.tenant_reach == Reach.OWN:
            return self.filter(pk=actor.scope_id) if actor.scope_id else self.none()
        return self.filter(ancestors__ancestor_id=actor.scope_id)


class OwnedQuerySet(models.QuerySet):
    """Rows with a column ``enterprise_id`` of their own.

    ``virtual_datacenter_column`` names the column that decides for users who are restricted to
    some virtual datacenters; None where a row belongs to none.
    """

    virtual_datacenter_column: str | None = None

    def visible_to(self, actor) -> "OwnedQuerySet":
        """Rows of the enterprises the actor reaches, in virtual datacenters open to them."""
        seen = self.filter(actor.reaching())
        if self.virtual_datacenter_column is None:
            return seen
        return seen.filter(actor.unrestricted(self.virtual_datacenter_column))


class LimitLeaseQuerySet(OwnedQuerySet):
    """What concerns no virtual datacenter is hidden from users who are restricted to some."""

    virtual_datacenter_column = "virtual_datacenter_id"

    def visible_to(self, actor) -> "LimitLeaseQuerySet":
        """As everything owned; what was passed for a restricted appliance takes the privilege to see it."""
        return super().visible_to(actor).filter(outside_restricted_appliances(actor))
