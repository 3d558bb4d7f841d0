"""Versions of one template that follow each other."""

from django.db import models

from core.models import Entity


class TemplateLine(Entity):
    """Each version is a template of its own that names its line; new machines get the ``current`` one.

    ``last_number`` only grows: a number is never given twice. Without its current version the line is gone,
    and what is left of it are templates like any other.
    """

    current = models.OneToOneField("catalogue.Template", on_delete=models.CASCADE, related_name="leads_line")
    last_number = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.current)
