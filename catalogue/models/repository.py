"""Where a datacenter keeps its templates."""

from django.db import models

from core.models import Entity


class TemplateRepository(Entity):
    """The store of templates of one datacenter; its appliance manager knows where it lies.

    ``capacity_mib`` and ``remaining_mib`` are what the appliance manager last said; None: not yet.
    """

    datacenter = models.OneToOneField(
        "infrastructure.Datacenter", on_delete=models.CASCADE, related_name="repository"
    )
    name = models.CharField(max_length=128)
    capacity_mib = models.PositiveBigIntegerField(null=True, editable=False)
    remaining_mib = models.PositiveBigIntegerField(null=True, editable=False)
    refreshed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = "template repositories"

    def __str__(self) -> str:
        return self.name

    @property
    def used_mib(self) -> int | None:
        """What is taken of it by whatever lies there; None before the appliance manager said so."""
        if not self.capacity_mib or self.remaining_mib is None:
            return None
        return max(self.capacity_mib - self.remaining_mib, 0)
