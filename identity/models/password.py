"""What is remembered of passwords: former ones by their hash, failures, and wishes for a new one."""

from django.conf import settings
from django.db import models


class PasswordRecord(models.Model):
    """A password somebody has had, as the slow hash that was kept of it."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="password_records"
    )
    password = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"former password of {self.user_id}"


class SignInFailures(models.Model):
    """Wrong passwords in a row; the row goes with a right one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="sign_in_failures"
    )
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.count} failures of {self.user_id}"


class ResetRequest(models.Model):
    """Somebody asked for a new password by mail. Whether the name exists is looked up later, so that
    asking takes as long for every name."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=254)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"reset request {self.id}"
