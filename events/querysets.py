"""Reading the event log."""

from django.apps import apps
from django.db import models

from events.visibility import READ, hidden_subjects

SEES_RESTRICTED, MANAGES_RESTRICTED = "VAPP_RESTRICTED_VIEW", "VAPP_RESTRICTED_MANAGE"


def in_open_datacenters(actor) -> models.Q:
    """What lies in virtual datacenters open to a restricted user, and their own rows outside of any."""
    if not actor.restricted:
        return models.Q()
    return actor.unrestricted() | models.Q(virtual_datacenter_id=None, actor_id=actor.pk)


def outside_restricted_appliances(
    actor, kind: str, column: str, privilege: str = SEES_RESTRICTED
) -> models.Q:
    """What is not about restricted appliances, or machines in them, where the actor lacks the privilege.

    ``kind`` names the column with the type of what a row is about, ``column`` the one with its id.
    """
    blind = actor.without(privilege)
    if blind is None:
        return models.Q()
    appliances = apps.get_model("compute", "VirtualAppliance").objects.filter(
        models.Q(restricted=True) & blind
    )
    hidden = appliances.values("pk")
    machines = apps.get_model("compute", "VirtualMachine").objects.filter(virtual_appliance_id__in=hidden)
    return ~models.Q(**{kind: "virtual_appliance", f"{column}__in": hidden}) & ~models.Q(
        **{kind: "virtual_machine", f"{column}__in": machines.values("pk")}
    )


class EventQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EventQuerySet":
        """Events of the enterprises the actor reaches, in virtual datacenters and appliances open to them, of
        kinds they may read; what they did themselves and what was done to their account always."""
        own = models.Q(actor_id=actor.pk) | models.Q(subject_type="user", subject_id=actor.pk)
        shown = outside_restricted_appliances(actor, "subject_type", "subject_id")
        seen = self.filter(actor.reaching(), in_open_datacenters(actor), shown)
        if READ not in actor.privileges:
            return seen.filter(own)
        hidden = hidden_subjects(actor)
        return seen.filter(own | ~models.Q(subject_type__in=hidden)) if hidden else seen

    def about(self, subject_type: str, subject_id: int) -> "EventQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id)
