"""Remote repositories: lists of templates that can be downloaded, as their makers publish them."""

from django.db import models

from catalogue.models.category import Category
from catalogue.querysets import DefinitionListQuerySet, DefinitionQuerySet
from core.models import Entity

LONGEST_URL = 500


class TemplateDefinitionList(Entity):
    """A remote repository: what stood at ``url`` when it was last read (``read_at``), which failed lately if
    it has a ``problem``. One without an address was put together by hand."""

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="definition_lists"
    )
    name = models.CharField(max_length=128)
    url = models.CharField(max_length=LONGEST_URL, default="", blank=True)
    read_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=512, default="", blank=True)

    objects = DefinitionListQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = "template definition list"
        constraints = [models.UniqueConstraint(fields=("enterprise", "name"), name="name_of_definition_list")]

    def __str__(self) -> str:
        return self.name


class TemplateDefinition(Entity):
    """A template that can be downloaded from ``url``, with what its list says of it. ``disks``: of each its
    label, format, file_size_bytes and virtual_size_bytes, as far as they are told."""

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="definitions")
    definition_list = models.ForeignKey(
        TemplateDefinitionList, null=True, on_delete=models.CASCADE, related_name="definitions"
    )
    category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="definitions")
    url = models.CharField(max_length=LONGEST_URL)
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    product_name = models.CharField(max_length=128, default="", blank=True)
    product_url = models.CharField(max_length=255, default="", blank=True)
    product_vendor = models.CharField(max_length=128, default="", blank=True)
    product_version = models.CharField(max_length=64, default="", blank=True)
    icon_url = models.CharField(max_length=LONGEST_URL, default="", blank=True)
    os_type = models.CharField(max_length=32, default="", blank=True)
    disks = models.JSONField(default=list)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        verbose_name = "template definition"
        constraints = [
            models.UniqueConstraint(fields=("definition_list", "url"), name="definition_of_list_by_url")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_size_bytes(self) -> int:
        """What its files take by what is told; 0 when nothing is."""
        return sum(int(disk.get("file_size_bytes") or 0) for disk in self.disks)
