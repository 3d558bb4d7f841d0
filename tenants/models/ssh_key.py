"""Public SSH keys of people, which the guests of their machines let in."""

from django.db import models

from core.models import Entity
from tenants.models.user import User
from tenants.querysets import SshKeyQuerySet


class SshKey(Entity):
    """``line`` is what stands in authorized_keys: kind and key, without options and comment."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ssh_keys")
    name = models.CharField(max_length=64)
    line = models.TextField()
    kind = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)

    objects = SshKeyQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=("user", "name"), name="ssh_key_name_of_user"),
            models.UniqueConstraint(fields=("user", "fingerprint"), name="ssh_key_of_user"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def named_line(self) -> str:
        """The line with the key's name as its comment."""
        return f"{self.line} {self.name}"
