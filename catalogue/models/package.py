"""Templates as packages (OVA) that other products take, kept for a while to be fetched."""

from django.db import models

from catalogue.models.template import Template, TemplateState
from catalogue.querysets import PackageQuerySet
from core.models import Entity


class Package(Entity):
    """One file in the template's repository, made for an enterprise and counted against its limits.

    While it is IN_PROGRESS, ``file_size_bytes`` is the most it may take; DONE, it stays until ``expires_at``.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="packages")
    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="packages")
    state = models.CharField(max_length=12, choices=TemplateState, default=TemplateState.IN_PROGRESS)
    path = models.CharField(max_length=512, unique=True)
    file_size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, default="", blank=True)
    expires_at = models.DateTimeField(null=True, db_index=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("template", "enterprise"), name="package_of_template")]

    def __str__(self) -> str:
        return self.template.name

    @property
    def file_name(self) -> str:
        """What it is called when it is saved."""
        return f"{self.template.name}.ova"
