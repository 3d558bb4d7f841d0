"""Reading the event log."""

from django.db import models


class EventQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EventQuerySet":
        """Events of the actor's enterprise; those who administer all see all."""
        if actor.sees_all_enterprises:
            return self
        return self.filter(enterprise_id=actor.enterprise_id)

    def about(self, subject_type: str, subject_id: int) -> "EventQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)
