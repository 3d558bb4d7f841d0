"""What templates are sorted by."""

from django.db import models

from catalogue.querysets import CategoryQuerySet
from core.models import Entity


class Category(Entity):
    """Global without an enterprise, else local to it. One global category is the default, which stays.

    ``owner_id`` is the enterprise's id, or 0: databases take two empty values for different ones.
    """

    name = models.CharField(max_length=30)
    enterprise = models.ForeignKey(
        "tenants.Enterprise", null=True, blank=True, on_delete=models.CASCADE, related_name="categories"
    )
    owner_id = models.BigIntegerField(default=0, editable=False)
    is_default = models.BooleanField(default=False, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=("owner_id", "name"), name="category_name_of_owner")]

    def __str__(self) -> str:
        return self.name
