"""Disks of templates in further formats, written by the conversion manager."""

from django.db import models

from catalogue.models.template_disk import VARIANTS, TemplateDisk
from catalogue.querysets import ConversionQuerySet
from contracts.vocabulary import DiskFormat
from core.models import Entity


class ConversionState(models.TextChoices):
    """Names of the REST dialect."""

    ENQUEUED = "ENQUEUED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"


class Conversion(Entity):
    """The disk once more, at ``path`` of the repository. The sizes are known once it is FINISHED; until then
    ``reserved_bytes``, the most it may take, counts against the limits of repositories."""

    template_disk = models.ForeignKey(TemplateDisk, on_delete=models.CASCADE, related_name="conversions")
    format = models.CharField(max_length=8, choices=[(f.value, f.value) for f in DiskFormat])
    variant = models.CharField(max_length=16, choices=VARIANTS, default="", blank=True)
    path = models.CharField(max_length=512, unique=True)
    state = models.CharField(max_length=8, choices=ConversionState, default=ConversionState.ENQUEUED)
    reserved_bytes = models.PositiveBigIntegerField(default=0)
    file_size_bytes = models.PositiveBigIntegerField(default=0)
    virtual_size_bytes = models.PositiveBigIntegerField(default=0)
    error_code = models.CharField(max_length=40, default="", blank=True)
    began_at = models.DateTimeField()

    objects = ConversionQuerySet.as_manager()

    class Meta:
        ordering = ("format",)
        constraints = [
            models.UniqueConstraint(
                fields=("template_disk", "format", "variant"), name="conversion_of_disk_format"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template_disk} as {self.words}"

    @property
    def words(self) -> str:
        """The format with its layout: ``vmdk stream_optimized``."""
        return f"{self.format} {self.variant}".strip()
