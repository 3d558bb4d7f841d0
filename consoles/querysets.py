"""Reading console sessions."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

SILENCE = timedelta(seconds=20)


class ConsoleSessionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ConsoleSessionQuerySet":
        """Sessions on machines of the enterprises the actor reaches, in virtual datacenters open to them."""
        return self.filter(
            actor.reaching("virtual_machine__enterprise_id"),
            actor.unrestricted("virtual_machine__virtual_datacenter_id"),
        )

    def open(self) -> "ConsoleSessionQuerySet":
        """Not closed and heard of lately: a killed process can't say that its consoles ended."""
        return self.filter(closed_at=None, last_seen_at__gt=timezone.now() - SILENCE)
