"""Somebody's session in one browser, as people see it; what it holds is Django's session."""

from django.conf import settings
from django.db import models

from identity.querysets import BrowserSessionQuerySet


class BrowserSession(models.Model):
    """``session_key`` never leaves the server. ``last_seen_at`` is right to a minute.

    ``provider_session`` is the digest of the provider's own session it began with, if that told one.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="browser_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=255, default="")
    provider_session = models.CharField(max_length=64, default="", db_index=True)
    signed_in_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()

    objects = BrowserSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-last_seen_at",)
        verbose_name = "browser session"

    def __str__(self) -> str:
        return f"session {self.id}"
