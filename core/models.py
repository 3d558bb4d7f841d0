"""The base of every row."""

from uuid import uuid4

from django.db import models


class Entity(models.Model):
    """``id`` is a number for addresses, ``uuid`` the name of the thing outside this database."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class AllocationLimits(models.Model):
    """Soft and hard limits of what may be allocated; 0 means no limit."""

    vcpus_soft = models.PositiveIntegerField(default=0)
    vcpus_hard = models.PositiveIntegerField(default=0)
    memory_mib_soft = models.PositiveBigIntegerField(default=0)
    memory_mib_hard = models.PositiveBigIntegerField(default=0)
    disk_mib_soft = models.PositiveBigIntegerField(default=0)
    disk_mib_hard = models.PositiveBigIntegerField(default=0)
    machines_soft = models.PositiveIntegerField(default=0)
    machines_hard = models.PositiveIntegerField(default=0)
    volumes_mib_soft = models.PositiveBigIntegerField(default=0)
    volumes_mib_hard = models.PositiveBigIntegerField(default=0)
    networks_soft = models.PositiveIntegerField(default=0)
    networks_hard = models.PositiveIntegerField(default=0)
    public_ips_soft = models.PositiveIntegerField(default=0)
    public_ips_hard = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class LocationLimits(AllocationLimits):
    """What is limited above the virtual datacenter as well: room in template repositories."""

    repository_mib_soft = models.PositiveBigIntegerField(default=0)
    repository_mib_hard = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True
