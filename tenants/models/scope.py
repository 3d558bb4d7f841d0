"""Scopes: the tree of what administrators reach and tenants belong to."""

from django.db import models

from core.models import Entity
from tenants.querysets import ScopeQuerySet


class Scope(Entity):
    """Which enterprises (and locations) an administrator reaches; the unlimited scope reaches all.

    A scope reaches what lies in the scopes beneath it too. The services keep ``ScopeLink`` in step
    with ``parent``.
    """

    name = models.CharField(max_length=128, unique=True)
    unlimited = models.BooleanField(default=False)
    parent = models.ForeignKey(
        "tenants.Scope", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    enterprises = models.ManyToManyField("tenants.Enterprise", related_name="scopes", blank=True)
    takes_new_enterprises = models.BooleanField(default=False)
    takes_new_datacenters = models.BooleanField(default=False)
    allowed_networks = models.JSONField(default=list, blank=True)

    objects = ScopeQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ScopeLink(models.Model):
    """One pair of the tree's transitive closure; every scope is its own ancestor."""

    id = models.BigAutoField(primary_key=True)
    ancestor = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="descendants")
    descendant = models.ForeignKey(Scope, on_delete=models.CASCADE, related_name="ancestors")
    distance = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("ancestor", "descendant"), name="one_link_of_scopes")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} over {self.descendant_id}"
