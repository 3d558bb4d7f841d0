"""Reading approval rules, requests and delegations, always as seen by somebody."""

from django.db import models
from django.db.models import Q

from events.restriction import outside_restricted_appliances
from tenants.querysets import OwnedQuerySet

READ = frozenset({"USERS_MANAGE_ENTERPRISE", "WORKFLOW_OVERRIDE"})


class RuleQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "RuleQuerySet":
        """Rules of the enterprises the actor knows, for those who manage them or decide by them."""
        if not READ & actor.privileges:
            return self.none()
        return self.filter(actor.knowing())

    def in_force(self, enterprise_id: int) -> "RuleQuerySet":
        """The rules that count for an enterprise, in the order they are asked."""
        return self.filter(enterprise_id=enterprise_id, enabled=True).order_by("position", "id")


class RequestQuerySet(OwnedQuerySet):
    virtual_datacenter_column = "virtual_datacenter_id"

    def visible_to(self, actor) -> "RequestQuerySet":
        """As everything owned; what waits in restricted appliances takes the privilege to see these."""
        return super().visible_to(actor).filter(outside_restricted_appliances(actor))

    def waiting(self) -> "RequestQuerySet":
        return self.filter(status="waiting")

    def decidable_by(self, actor, entitled: Q) -> "RequestQuerySet":
        """What the actor may decide now; ``entitled`` comes from :mod:`approvals.approvers`."""
        return self.visible_to(actor).waiting().filter(entitled).exclude(requester_id=actor.pk)


class DelegationQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "DelegationQuerySet":
        """Those the actor gave or was given."""
        return self.filter(Q(user_id=actor.pk) | Q(deputy_id=actor.pk))

    def in_force(self, now) -> "DelegationQuerySet":
        return self.filter(starts_at__lte=now, ends_at__gt=now)
