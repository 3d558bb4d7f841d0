"""The tenant."""

from django.db import models

from core.models import AllocationLimits, Entity
from tenants.querysets import EnterpriseQuerySet


class Enterprise(Entity, AllocationLimits):
    """Who owns virtual resources and pays for them. Limits count over all locations."""

    name = models.CharField(max_length=128, unique=True)
    is_provider = models.BooleanField(default=False)
    reservation_restricted = models.BooleanField(default=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
