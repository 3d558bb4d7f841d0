"""Privileges, the roles that bundle them, and the scopes they reach."""

from django.db import models

from core.models import Entity
from tenants.querysets import PrivilegeQuerySet, RoleQuerySet


class Privilege(models.Model):
    """One right, named as in the REST dialect."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64, unique=True)
    group = models.CharField(max_length=64)

    objects = PrivilegeQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Role(Entity):
    """A set of privileges; global without an enterprise. A blocked role can't be changed."""

    name = models.CharField(max_length=40)
    enterprise = models.ForeignKey("tenants.Enterprise", null=True, blank=True, on_delete=models.CASCADE)
    blocked = models.BooleanField(default=False)
    privileges = models.ManyToManyField(Privilege, related_name="roles", blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("name", "enterprise"), name="role_name_in_enterprise")]

    def __str__(self) -> str:
        return self.name


class Scope(Entity):
    """Which enterprises an administrator reaches; the unlimited scope reaches all."""

    name = models.CharField(max_length=128, unique=True)
    unlimited = models.BooleanField(default=False)
    enterprises = models.ManyToManyField("tenants.Enterprise", related_name="scopes", blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
