"""Signing in with a password kept here. The same for the portal and the API."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.client_address import client_address
from identity.services import throttle
from identity.services.failures import forget_failures, is_locked, note_failure
from tenants.backends import ActingUsers
from tenants.models import AuthType, User

FAILURES_PER_ADDRESS = 30
FAILURES_PER_NAME = 20
WINDOW_SECONDS = 60


class PasswordBackend(ActingUsers, ModelBackend):
    """Takes as long for a name that does not exist, is locked or switched off as for a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or not password:
            return None
        keys = _keys(request, username)
        if any(throttle.counted(purpose, key) >= most for purpose, key, most in keys):
            return None
        user = User.objects.filter(nick=username, auth_type=AuthType.LOCAL).first()
        if self._may_enter(user, password):
            forget_failures(user=user)
            return user
        for purpose, key, _most in keys:
            throttle.count(purpose, key, seconds=WINDOW_SECONDS)
        return None

    @staticmethod
    def _may_enter(user: User | None, password: str) -> bool:
        if user is None:
            User().set_password(password)
            return False
        if not user.check_password(password):
            note_failure(user=user, why="PASSWORD")
            return False
        if user.is_active and not is_locked(user):
            return True
        note_failure(user=user, why="LOCKED" if user.is_active else "INACTIVE")
        return False


def _keys(request: HttpRequest | None, name: str) -> tuple[tuple[str, str, int], ...]:
    """What failures are counted by. Names are kept as a keyed hash: people type passwords there."""
    address = client_address(request) if request is not None else None
    hidden = salted_hmac("identity.throttle", f"{name.lower()}\0{address}").hexdigest()
    by_name = ("name", hidden, FAILURES_PER_NAME)
    return (by_name, ("address", address, FAILURES_PER_ADDRESS)) if address else (by_name,)
