"""What an enterprise signs in with at a public cloud provider."""

from django.db import models

from core.models import Entity
from infrastructure.querysets import CloudCredentialsQuerySet


class CloudCredentials(Entity):
    """One set per enterprise and provider. ``access`` names the account; ``sealed_key`` is its secret, which
    is never shown again."""

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="cloud_credentials"
    )
    provider = models.CharField(max_length=40)
    access = models.CharField(max_length=255)
    sealed_key = models.TextField(editable=False)

    objects = CloudCredentialsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "cloud credentials"
        ordering = ("provider",)
        constraints = [
            models.UniqueConstraint(fields=("enterprise", "provider"), name="one_set_of_credentials")
        ]

    def __str__(self) -> str:
        return self.provider
