"""Reading sessions, credentials and the policy, always as seen by somebody."""

from datetime import datetime

from django.db import models
from django.db.models import Q

MANAGE_APPLICATIONS = "USERS_MANAGE_APPLICATIONS"


class BrowserSessionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "BrowserSessionQuerySet":
        """The actor's own; who may see who is connected sees those of the users they know."""
        if "USERS_ENUMERATE_CONNECTED" not in actor.privileges:
            return self.filter(user_id=actor.pk)
        return self.filter(_known(actor))

    def alive(self, now: datetime) -> "BrowserSessionQuerySet":
        """Those that can still be used."""
        return self.filter(expires_at__gt=now)


class PasswordPolicyQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "PasswordPolicyQuerySet":
        """Everybody may know what is asked of passwords."""
        return self


class CredentialQuerySet(models.QuerySet):
    """Rows of one user, named by the column ``user``."""

    def visible_to(self, actor) -> "CredentialQuerySet":
        """The actor's own; who manages applications sees those of the users they know."""
        if MANAGE_APPLICATIONS not in actor.privileges:
            return self.filter(user_id=actor.pk)
        return self.filter(_known(actor))


def _known(actor) -> Q:
    """Rows of users the actor knows. An empty condition means all, and would vanish in an or."""
    others = actor.knowing("user__enterprise_id")
    return (Q(user_id=actor.pk) | others) if others else others
