"""Reading operations."""

from collections.abc import Iterable

from django.db import models

from events.querysets import in_open_datacenters
from events.restriction import outside_restricted_appliances


class OperationQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "OperationQuerySet":
        """Operations of the enterprises the actor reaches, in virtual datacenters and appliances they see."""
        shown = outside_restricted_appliances(actor)
        return self.filter(actor.reaching(), in_open_datacenters(actor), shown)

    def about(self, resource_type: str, resource_id: int) -> "OperationQuerySet":
        return self.filter(resource_type=resource_type, resource_id=resource_id)

    def holding(self, resource_type: str, resource_id: int) -> "OperationQuerySet":
        """Active operations about the resource that lock it; those in a lane of their own don't."""
        return self.about(resource_type, resource_id).filter(active_key__startswith=f"{resource_type}:")

    def under_way(self) -> "OperationQuerySet":
        """Active operations that have begun: those that wait for a person have touched nothing yet."""
        return self.filter(active_key__isnull=False).exclude(status="awaiting_approval")

    def active_on(self, resource_type: str, resource_ids: Iterable[int]) -> "OperationQuerySet":
        """The operations that lock these resources now (at most one each)."""
        return self.filter(active_key__in=[f"{resource_type}:{resource_id}" for resource_id in resource_ids])
