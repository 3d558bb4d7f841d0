"""Who confirms each sign-in by a code sent to their e-mail address."""

from django.conf import settings
from django.db import models


class MailSecondFactor(models.Model):
    """Its existence says that codes are sent; apps and keys are rows of allauth."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="mail_second_factor",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"codes by e-mail for {self.user_id}"
