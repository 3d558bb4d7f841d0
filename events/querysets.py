"""Reading the event log."""

from django.db import models

from events.restriction import outside_restricted_appliances
from events.visibility import READ, hidden_subjects


def in_open_datacenters(actor) -> models.Q:
    """What lies in virtual datacenters open to a restricted user, and their own rows outside of any."""
    if not actor.restricted:
        return models.Q()
    return actor.unrestricted() | models.Q(virtual_datacenter_id=None, actor_id=actor.pk)


class EventQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EventQuerySet":
        """Events of the enterprises the actor reaches, in virtual datacenters and appliances open to them, of
        kinds they may read; what they did themselves and what was done to their account always."""
        own = models.Q(actor_id=actor.pk) | models.Q(subject_type="user", subject_id=actor.pk)
        shown = outside_restricted_appliances(actor)
        seen = self.filter(actor.reaching(), in_open_datacenters(actor), shown)
        if READ not in actor.privileges:
            return seen.filter(own)
        hidden = hidden_subjects(actor)
        return seen.filter(own | ~models.Q(subject_type__in=hidden)) if hidden else seen

    def about(self, subject_type: str, subject_id: int) -> "EventQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)
