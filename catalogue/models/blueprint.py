"""Blueprints: what virtual appliances are made of, in versions."""

from django.db import models

from catalogue.blueprints.content import SCHEMA, Content, content_of
from catalogue.querysets import BlueprintQuerySet, BlueprintVersionQuerySet
from core.models import Entity


class Blueprint(Entity):
    """Offered to its enterprise and to those in and beneath ``scopes``; ``datacenters``: only there, none
    means everywhere. Without a default version it is being made, or has lost its last one."""

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="blueprints")
    default_version = models.ForeignKey(
        "catalogue.BlueprintVersion", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scopes = models.ManyToManyField("tenants.Scope", related_name="blueprints", blank=True)
    datacenters = models.ManyToManyField("infrastructure.Datacenter", related_name="blueprints", blank=True)
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    icon = models.CharField(max_length=255, default="", blank=True)

    objects = BlueprintQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("enterprise", "name"), name="blueprint_name")]

    def __str__(self) -> str:
        return self.name


class BlueprintVersion(Entity):
    """``content`` never changes, and is of schema ``schema_number``; ``creator_name`` outlives the user."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=255, default="", blank=True)
    creator_name = models.CharField(max_length=128, default="", blank=True)
    schema_number = models.PositiveSmallIntegerField(default=SCHEMA)
    content = models.JSONField()

    objects = BlueprintVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.UniqueConstraint(fields=("blueprint", "number"), name="blueprint_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.blueprint} {self.number}"

    @property
    def is_default(self) -> bool:
        return self.blueprint.default_version_id == self.pk

    @property
    def read_content(self) -> Content:
        return content_of(self.content)
