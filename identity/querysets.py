"""Reading what people sign in with, always as seen by somebody."""

from django.db import models
from django.db.models import Q

MANAGE = "USERS_MANAGE_APPLICATIONS"


class CredentialQuerySet(models.QuerySet):
    """Rows of one user, named by the column ``user``."""

    def visible_to(self, actor) -> "CredentialQuerySet":
        """The actor's own; who manages applications sees those of the users they know."""
        own = Q(user_id=actor.pk)
        if MANAGE not in actor.privileges:
            return self.filter(own)
        return self.filter(own | actor.knowing("user__enterprise_id"))
