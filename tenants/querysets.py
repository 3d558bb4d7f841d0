"""Reading tenants, always as seen by somebody."""

from django.db import models
from django.db.models import Q


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EnterpriseQuerySet":
        """The actor's own enterprise; those who administer all see all."""
        return self if actor.sees_all_enterprises else self.filter(pk=actor.enterprise_id)


class UserQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "UserQuerySet":
        """All users, those of the actor's enterprise with USERS_VIEW, or the actor alone."""
        if actor.sees_all_enterprises:
            return self
        if "USERS_VIEW" in actor.privileges:
            return self.filter(enterprise_id=actor.enterprise_id)
        return self.filter(pk=actor.pk)


class RoleQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "RoleQuerySet":
        """Global roles and those of the actor's enterprise."""
        if actor.sees_all_enterprises:
            return self
        return self.filter(Q(enterprise=None) | Q(enterprise_id=actor.enterprise_id))


class PrivilegeQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "PrivilegeQuerySet":
        """Everybody may know which privileges there are."""
        return self


class OwnedQuerySet(models.QuerySet):
    """Rows with a column ``enterprise_id`` of their own."""

    def visible_to(self, actor) -> "OwnedQuerySet":
        """Rows of the actor's enterprise; those who administer all see all."""
        return self if actor.sees_all_enterprises else self.filter(enterprise_id=actor.enterprise_id)
