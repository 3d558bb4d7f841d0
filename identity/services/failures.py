"""Wrong passwords: told, counted, and enough of them lock the account for a while."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.access_generation import access_changed
from core.client_address import served_address
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from identity.models import SignInFailures
from identity.services.policy import current_policy
from notifications.services import send_mail
from tenants.access import require
from tenants.models import User
from tenants.services.grants import require_manageable


def is_locked(user: User) -> bool:
    """Whether nobody can sign in with the user's password now."""
    return user.locked_until is not None and user.locked_until > timezone.now()


@retried_transaction
def note_failure(*, user: User, why: str) -> None:
    """Record a failed sign-in; a wrong password (``why`` PASSWORD) counts towards the lock.

    The row of the user is locked first, so of many guesses at once none is lost.
    """
    locked = User.objects.select_for_update().only("pk", "locked_until").get(pk=user.pk)
    record_event(
        kind="user.sign_in_failed", subject=user, severity=Severity.WARN, data={"why": why}, actor=None
    )
    policy = current_policy()
    if why != "PASSWORD" or not policy.lock_after or is_locked(locked):
        return
    failures, _made = SignInFailures.objects.get_or_create(user_id=user.pk)
    failures.count += 1
    if failures.count < policy.lock_after:
        failures.save()
        return
    failures.delete()
    _lock(user, minutes=policy.lock_minutes, after=failures.count)


def forget_failures(*, user: User) -> None:
    """Begin counting anew after a right password."""
    failures = SignInFailures.objects.filter(user_id=user.pk)
    if failures.exists():
        failures.delete()


@retried_transaction
def unlock(*, actor: Any, user: User) -> None:
    """Let a locked user sign in again. ``actor`` None: the platform itself.

    Raises PermissionRefused, also for users the actor may not change.
    """
    if actor is not None:
        require(actor, "USERS_MANAGE_USERS")
        require_manageable(actor, user)
    forget_failures(user=user)
    if User.objects.filter(pk=user.pk).exclude(locked_until=None).update(locked_until=None):
        access_changed()
        record_event(kind="user.unlocked", subject=user, actor=actor)
    user.locked_until = None


def _lock(user: User, *, minutes: int, after: int) -> None:
    user.locked_until = timezone.now() + timedelta(minutes=minutes)
    User.objects.filter(pk=user.pk).update(locked_until=user.locked_until)
    access_changed()
    record_event(
        kind="user.locked",
        subject=user,
        severity=Severity.WARN,
        data={"minutes": minutes, "failures": after},
    )
    if user.email:
        send_mail(
            template="account_locked",
            to=user,
            context={"minutes": minutes, "attempts": after, "address": served_address.get() or ""},
        )
