"""Reading console sessions."""

from datetime import timedelta

from django.apps import apps
from django.db import models
from django.utils import timezone

SILENCE = timedelta(seconds=20)


class ConsoleSessionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ConsoleSessionQuerySet":
        """Sessions on machines the actor sees."""
        machines = apps.get_model("compute", "VirtualMachine").objects.visible_to(actor)
        return self.filter(virtual_machine_id__in=machines.values("pk"))

    def open(self) -> "ConsoleSessionQuerySet":
        """Not closed and heard of lately: a killed process can't say that its consoles ended."""
        return self.filter(closed_at=None, last_seen_at__gt=timezone.now() - SILENCE)
