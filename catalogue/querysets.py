"""Reading the catalogue."""

from django.db import models
from django.db.models import Q


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "TemplateQuerySet":
        """Templates of the actor's enterprise and shared ones, in datacenters that enterprise may use."""
        if actor.sees_all_enterprises:
            return self
        return self.filter(
            Q(enterprise_id=actor.enterprise_id) | Q(shared=True),
            repository__datacenter__enterprises=actor.enterprise_id,
        )
