"""What programs sign in with instead of a password: OAuth 1.0a applications and personal access tokens.

What is only compared is kept as a hash; what a signature is computed with must be read again and is sealed.
"""

from django.db import models

from core.models import Entity
from identity.querysets import CredentialQuerySet

NAME_MOST, DESCRIPTION_MOST = 128, 255


class Credential(Entity):
    """Belongs to one ``user``, who calls it by its name."""

    name = models.CharField(max_length=NAME_MOST)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def enterprise_id(self) -> int:
        """Whose events tell of it."""
        return self.user.enterprise_id


class Application(Credential):
    """A program that acts for its user by OAuth 1.0a, once the user has allowed it. ``privileges`` as those
    of PersonalToken."""

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="applications")
    description = models.CharField(max_length=DESCRIPTION_MOST, default="", blank=True)
    api_key = models.CharField(max_length=64, unique=True)
    sealed_secret = models.TextField()
    privileges = models.JSONField(null=True)


class RequestToken(models.Model):
    """Step between an application and its access token. ``verifier_hash`` is set once the user agreed."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="request_tokens")
    key = models.CharField(max_length=64, unique=True)
    sealed_secret = models.TextField()
    callback = models.CharField(max_length=2_000)
    verifier_hash = models.CharField(max_length=64, default="")
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"request by {self.application}"


class AccessToken(models.Model):
    """What an application signs its calls with. ``expires_at`` None: until it is taken back."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="access_tokens")
    key = models.CharField(max_length=64, unique=True)
    sealed_secret = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, db_index=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"access of {self.application}"


class PersonalToken(Credential):
    """A token its user made for a script. ``privileges`` None: all the role has; else only these of them."""

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="personal_tokens")
    digest = models.CharField(max_length=64, unique=True)
    read_only = models.BooleanField(default=False)
    privileges = models.JSONField(null=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
