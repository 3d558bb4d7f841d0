"""Reading the catalogue."""

from django.db import models
from django.db.models import Q

from infrastructure.models import LocationLimit
from tenants.reach import Reach


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "TemplateQuerySet":
        """Templates of reached enterprises and shared ones, in datacenters those enterprises may use."""
        if actor.reach == Reach.ALL:
            return self
        return self.filter(
            actor.reaching() | Q(shared=True),
            repository__datacenter_id__in=LocationLimit.objects.filter(actor.reaching()).values(
                "datacenter_id"
            ),
        )
