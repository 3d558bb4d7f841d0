"""Reading mail servers and the outbox of mails, as seen by who manages them."""

from django.db import models

MANAGE_MAIL = "ENTERPRISE_MANAGE_SERVER_MAIL"


class MailQuerySet(models.QuerySet):
    """Rows with a column ``enterprise_id``; null is the platform's own, for those without bounds."""

    def visible_to(self, actor) -> "MailQuerySet":
        """Rows of the enterprises the actor knows, with ENTERPRISE_MANAGE_SERVER_MAIL; else nothing."""
        return self.filter(actor.knowing()) if MANAGE_MAIL in actor.privileges else self.none()
