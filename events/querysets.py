"""Reading the event log."""

from django.db import models


def in_open_datacenters(actor) -> models.Q:
    """What lies in virtual datacenters open to a restricted user, and their own rows outside of any."""
    if not actor.restricted:
        return models.Q()
    return actor.unrestricted() | models.Q(virtual_datacenter_id=None, actor_id=actor.pk)


class EventQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EventQuerySet":
        """Events of the enterprises the actor reaches, in virtual datacenters open to them."""
        return self.filter(actor.reaching(), in_open_datacenters(actor))

    def about(self, subject_type: str, subject_id: int) -> "EventQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)
