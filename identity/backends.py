"""Signing in with a password kept here. The same for the portal and the API."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from core.client_address import client_address
from core.throttle import Throttle
from identity.services.failures import forget_failures, is_locked, note_failure
from tenants.backends import ActingUsers
from tenants.models import AuthType, User

BY_NAME = Throttle("password-name", 20)
BY_ADDRESS = Throttle("password-address", 30)


class PasswordBackend(ActingUsers, ModelBackend):
    """Takes as long for a name that does not exist, is locked or switched off as for a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or not password:
            return None
        keys = _keys(request, username)
        if any(throttle.is_used_up(key) for throttle, key in keys):
            return None
        user = User.objects.filter(nick=username, auth_type=AuthType.LOCAL).first()
        if self._may_enter(user, password):
            forget_failures(user=user)
            return user
        for throttle, key in keys:
            throttle.count(key)
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


def _keys(request: HttpRequest | None, name: str) -> list[tuple[Throttle, str]]:
    """What failures are counted by. Names are kept as a keyed hash: people type passwords there."""
    address = client_address(request) if request is not None else None
    hidden = salted_hmac("identity.throttle", f"{name.lower()}\0{address}").hexdigest()
    return [(BY_NAME, hidden), (BY_ADDRESS, address)] if address else [(BY_NAME, hidden)]
