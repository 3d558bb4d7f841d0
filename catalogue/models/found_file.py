"""Files of a repository that belong to no template."""

from django.db import models

from catalogue.models.repository import TemplateRepository
from catalogue.querysets import FoundFileQuerySet
from core.models import Entity


class FoundFile(Entity):
    """A file that the appliance manager saw at ``path`` and nobody had registered. Of a package it is the
    descriptor: ``beside`` are the paths of its other files, ``missing`` those that are not there or belong to
    something, and ``size_bytes`` is of all of them."""

    repository = models.ForeignKey(TemplateRepository, on_delete=models.CASCADE, related_name="found_files")
    path = models.CharField(max_length=512)
    size_bytes = models.PositiveBigIntegerField()
    beside = models.JSONField(default=list)
    missing = models.JSONField(default=list)

    objects = FoundFileQuerySet.as_manager()

    class Meta:
        ordering = ("path",)
        verbose_name = "found file"
        constraints = [models.UniqueConstraint(fields=("repository", "path"), name="found_file_by_path")]

    def __str__(self) -> str:
        return self.path
