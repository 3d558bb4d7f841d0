"""Reading operations."""

from collections.abc import Iterable

from django.db import models


class OperationQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "OperationQuerySet":
        """Operations of the actor's enterprise; those who administer all see all."""
        if actor.sees_all_enterprises:
            return self
        return self.filter(enterprise_id=actor.enterprise_id)

    def about(self, resource_type: str, resource_id: int) -> "OperationQuerySet":
        return self.filter(resource_type=resource_type, resource_id=resource_id)

    def active_on(self, resource_type: str, resource_ids: Iterable[int]) -> "OperationQuerySet":
        """The operations that lock these resources now (at most one each)."""
        return self.filter(active_key__in=[f"{resource_type}:{resource_id}" for resource_id in resource_ids])
