"""Pictures that templates are shown with."""

from django.db import models

from catalogue.querysets import IconQuerySet
from core.models import Entity


class Icon(Entity):
    """One of an enterprise's, always a PNG that this server wrote itself. Templates name its ``address``, and
    several may have the same; ``digest`` names its content."""

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="icons")
    address = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    png = models.BinaryField(max_length=512 * 1024)

    objects = IconQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("enterprise", "digest"), name="icon_of_enterprise")]

    def __str__(self) -> str:
        return self.address
