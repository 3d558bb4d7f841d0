"""Privileges, the roles that bundle them, and what people may do in single virtual datacenters."""

from django.db import models

from core.models import Entity
from tenants.querysets import ExternalRoleQuerySet, PrivilegeQuerySet, RestrictionQuerySet, RoleQuerySet


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
    """A set of privileges; global without an enterprise. A blocked role can't be changed.

    ``allowed_networks`` are CIDRs its users may come from; none means from anywhere.
    """

    name = models.CharField(max_length=40)
    enterprise = models.ForeignKey("tenants.Enterprise", null=True, blank=True, on_delete=models.CASCADE)
    blocked = models.BooleanField(default=False)
    privileges = models.ManyToManyField(Privilege, related_name="roles", blank=True)
    allowed_networks = models.JSONField(default=list, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("name", "enterprise"), name="role_name_in_enterprise")]

    def __str__(self) -> str:
        return self.name


class ExternalRole(models.Model):
    """The name by which a directory or an identity provider calls a role."""

    id = models.BigAutoField(primary_key=True)
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="external_roles")
    name = models.CharField(max_length=190, unique=True)

    objects = ExternalRoleQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class VirtualDatacenterRole(models.Model):
    """Another role for a user in one virtual datacenter, which lies above this package."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        "tenants.User", on_delete=models.CASCADE, related_name="virtual_datacenter_roles"
    )
    virtual_datacenter_id = models.BigIntegerField(db_index=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="virtual_datacenter_roles")

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "virtual_datacenter_id"), name="one_role_in_datacenter")
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} in {self.virtual_datacenter_id}"


class VirtualDatacenterRestriction(models.Model):
    """A virtual datacenter that is open to a restricted user; see ``User.restricted``."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="restrictions")
    virtual_datacenter_id = models.BigIntegerField(db_index=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "virtual_datacenter_id"), name="restricted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.virtual_datacenter_id}"
