"""Mail servers, and the mails that wait for one or were sent."""

from django.db import models

from core.models import Entity
from notifications.querysets import MailQuerySet


class Security(models.TextChoices):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServer(Entity):
    """The SMTP server of a reseller, or of the provider: that one serves everybody without a nearer one."""

    enterprise = models.OneToOneField(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="mail_server"
    )
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(max_length=8, choices=Security, default=Security.STARTTLS)
    username = models.CharField(max_length=190, default="", blank=True)
    sealed_password = models.TextField(default="", blank=True)
    from_address = models.EmailField()
    from_name = models.CharField(max_length=80, default="", blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ("host",)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class MailState(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class MailMessage(Entity):
    """One mail to one address. ``enterprise`` decides about its server; null is the provider's.

    ``sealed_body`` holds text, HTML and logo until the mail was sent, then nothing. ``lease`` names the
    deliverer that holds it until ``leased_until``. After ``good_until`` it is no use to anybody.
    """

    enterprise = models.ForeignKey(
        "tenants.Enterprise", null=True, on_delete=models.CASCADE, related_name="mails"
    )
    template = models.CharField(max_length=40)
    recipient = models.EmailField()
    subject = models.CharField(max_length=255)
    message_id = models.CharField(max_length=255, unique=True)
    sealed_body = models.TextField(default="")
    state = models.CharField(max_length=6, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    good_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, default="")
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=400, default="")
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("state", "due_at"), name="mail_by_state"),
            models.Index(fields=("enterprise", "-id"), name="mail_by_enterprise"),
        ]

    def __str__(self) -> str:
        return self.subject
