"""The tenant."""

from django.db import models

from core.models import Entity, LocationLimits
from tenants.querysets import EnterpriseQuerySet


class Enterprise(Entity, LocationLimits):
    """Who owns virtual resources and pays for them. Limits count over all locations.

    ``default_scope`` is its place in the tenant tree: the nearest reseller and key node found upwards
    from there are its own. ``properties`` are texts by name, for integrations.
    """

    name = models.CharField(max_length=128, unique=True)
    is_provider = models.BooleanField(default=False)
    is_reseller = models.BooleanField(default=False)
    is_key_node = models.BooleanField(default=False)
    default_scope = models.ForeignKey(
        "tenants.Scope", null=True, blank=True, on_delete=models.PROTECT, related_name="default_of"
    )
    reservation_restricted = models.BooleanField(default=False)
    requires_approval = models.BooleanField(default=False)
    two_factor_required = models.BooleanField(default=False)
    properties = models.JSONField(default=dict, blank=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
