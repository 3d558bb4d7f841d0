"""What the installation asks of passwords, failures and sessions. One row; without it the defaults hold."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from identity.querysets import PasswordPolicyQuerySet

ONLY_ROW = 1


class TooManySessions(models.TextChoices):
    """What happens to somebody who signs in once more than allowed."""

    END_OLDEST = "END_OLDEST", "End the oldest session"
    WARN = "WARN", "Warn, and let them end the oldest"


def between(least: int, most: int) -> list:
    return [MinValueValidator(least), MaxValueValidator(most)]


class PasswordPolicy(models.Model):
    """0 switches a rule off. Ages are in days, times in minutes or hours as their names say."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_ROW)
    min_length = models.PositiveSmallIntegerField(default=12, validators=between(1, 128))
    min_classes = models.PositiveSmallIntegerField(default=3, validators=between(0, 5))
    forbid_names = models.BooleanField(default=True)
    history = models.PositiveSmallIntegerField(default=1, validators=between(0, 100))
    max_age_days = models.PositiveSmallIntegerField(default=0)
    min_age_days = models.PositiveSmallIntegerField(default=0)
    lock_after = models.PositiveSmallIntegerField(default=5, validators=between(0, 100))
    lock_minutes = models.PositiveSmallIntegerField(default=10, validators=between(1, 1440))
    reset_by_mail = models.BooleanField(default=True)
    max_sessions = models.PositiveSmallIntegerField(default=0)
    too_many_sessions = models.CharField(
        max_length=12, choices=TooManySessions, default=TooManySessions.END_OLDEST
    )
    idle_minutes = models.PositiveSmallIntegerField(default=30, validators=between(1, 1440))
    session_hours = models.PositiveSmallIntegerField(default=12, validators=between(1, 720))
    updated_at = models.DateTimeField(auto_now=True)

    objects = PasswordPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "password policy"
        verbose_name_plural = "password policy"
        constraints = [models.CheckConstraint(condition=models.Q(id=ONLY_ROW), name="one_password_policy")]

    def __str__(self) -> str:
        return "Password policy"
