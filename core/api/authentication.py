"""Who is asking: HTTP Basic whose verdict is remembered for seconds, signed tokens.

Passwords are hashed slowly on purpose, and clients send them with every call; so a verified
pair is remembered by a keyed hash. Which user a name belongs to is the tenants app's to say.
"""

import base64
import binascii
import copy
import hashlib
import hmac
import time
from abc import abstractmethod
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core.access_generation import access_generation

REMEMBER_SECONDS = 30
ACTOR_SECONDS = 5
TOKEN_SECONDS = 1_800
FAILURES_ALLOWED = 10
FAILURE_WINDOW_SECONDS = 60
REALM = 'Basic realm="Atrium", charset="UTF-8"'
_SALT = "core.api.token"
_MOST_ACTORS = 10_000


def issue_token(user) -> str:
    """A token for ``Authorization: Token``; it ends after TOKEN_SECONDS or with a change of the password."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=_SALT)


_actors: dict[str, tuple[float, str, Any]] = {}


class ActorSource(BaseAuthentication):
    """Loads users; ``load`` and ``verify`` are filled in by the app that owns them."""

    @abstractmethod
    def load(self, pk: int) -> Any | None:
        """The active user with this id, with what decides about rights, or None."""

    @abstractmethod
    def verify(self, request, nick: str, password: str) -> Any | None:
        """The active user with this name and password, or None. Slow."""

    def remembered(self, key: str, generation: str) -> Any | None:
        """A copy of the user found under this key seconds ago, unless something about rights has changed."""
        expires, seen, user = _actors.get(key, (0.0, "", None))
        return copy.copy(user) if expires > time.monotonic() and seen == generation else None

    def found(self, key: str, generation: str, pk: int) -> Any | None:
        """The active user with this id, remembered under the key."""
        user = self.load(pk)
        if user is not None:
            if len(_actors) > _MOST_ACTORS:
                _actors.clear()
            _actors[key] = (time.monotonic() + ACTOR_SECONDS, generation, user)
        return copy.copy(user)

    def authenticate_header(self, request) -> str:
        return REALM

    @staticmethod
    def argument_of(request, scheme: str) -> str | None:
        """What follows the scheme in the Authorization header, None when it is another scheme."""
        found, _space, argument = request.headers.get("Authorization", "").partition(" ")
        return argument.strip() if found.lower() == scheme else None


class BasicActor(ActorSource):
    """``Authorization: Basic``."""

    def authenticate(self, request) -> tuple[Any, None] | None:
        argument = self.argument_of(request, "basic")
        if argument is None:
            return None
        nick, password = _decode(argument)
        generation, verdict_key = access_generation(), _verdict_key(nick, password)
        user = self.remembered(verdict_key, generation)
        if user is None:
            pk, seen = cache.get(verdict_key) or (None, None)
            user = self.found(verdict_key, generation, pk) if pk is not None and seen == generation else None
        return user or self._verified(request, nick, password, (verdict_key, generation)), None

    def _verified(self, request, nick: str, password: str, remember_as: tuple[str, str]) -> Any:
        failures_key = f"api:failures:{_digest(nick, request.META.get('REMOTE_ADDR', ''))}"
        wrong = AuthenticationFailed(_("The name or the password is wrong, or the user may not log in."))
        failures = cache.get(failures_key, 0)
        if failures >= FAILURES_ALLOWED:
            raise AuthenticationFailed(_("Too many failed logins. Wait a minute and try again."))
        user = self.verify(request, nick, password)
        if user is None:
            cache.set(failures_key, failures + 1, FAILURE_WINDOW_SECONDS)
            raise wrong
        verdict_key, generation = remember_as
        cache.set(verdict_key, (user.pk, generation), REMEMBER_SECONDS)
        return self.found(verdict_key, generation, user.pk)


class TokenActor(ActorSource):
    """``Authorization: Token``, with what GET /login handed out in ``X-Abiquo-Token``."""

    def authenticate(self, request) -> tuple[Any, None] | None:
        argument = self.argument_of(request, "token")
        if argument is None:
            return None
        ended = AuthenticationFailed(_("This token is not valid any more. Log in again."))
        try:
            pk, fingerprint = signing.loads(argument, salt=_SALT, max_age=TOKEN_SECONDS)
        except (signing.BadSignature, ValueError, TypeError):
            raise ended from None
        key, generation = f"token:{pk}", access_generation()
        user = self.remembered(key, generation) or self.found(key, generation, pk)
        if user is None or not hmac.compare_digest(_fingerprint(user), fingerprint):
            raise ended
        return user, None


def _decode(argument: str) -> tuple[str, str]:
    try:
        nick, colon, password = base64.b64decode(argument, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        nick = colon = password = ""
    if not colon:
        raise AuthenticationFailed(_("The Authorization header can't be read."))
    return nick, password


def _digest(*parts: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def _verdict_key(nick: str, password: str) -> str:
    return f"api:verdict:{_digest(nick, password)}"


def _fingerprint(user) -> str:
    return user.get_session_auth_hash()[:16]
