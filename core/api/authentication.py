"""Who is asking: HTTP Basic whose verdict is remembered for seconds, signed tokens.

Passwords are hashed slowly on purpose, and clients send them with every call; so a verified
pair is remembered by a keyed hash. Which user a name belongs to is the tenants app's to say.
"""

import base64
import binascii
import hashlib
import hmac
from abc import abstractmethod
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

REMEMBER_SECONDS = 30
TOKEN_SECONDS = 1_800
FAILURES_ALLOWED = 10
FAILURE_WINDOW_SECONDS = 60
REALM = 'Basic realm="Atrium", charset="UTF-8"'
_GENERATION_SECONDS = 3_600
_SALT = "core.api.token"


def forget_credentials(nick: str) -> None:
    """Drop every remembered verdict about this name; to be called after any change of the user."""
    cache.set(_generation_key(nick), token_hex(8), _GENERATION_SECONDS)


def issue_token(user) -> str:
    """A token for ``Authorization: Token``; it ends after TOKEN_SECONDS or with a change of the password."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=_SALT)


class ActorSource(BaseAuthentication):
    """Loads users; the two methods are filled in by the app that owns them."""

    @abstractmethod
    def load(self, pk: int) -> Any | None:
        """The active user with this id, with what decides about rights, or None."""

    @abstractmethod
    def verify(self, request, nick: str, password: str) -> Any | None:
        """The active user with this name and password, or None. Slow."""

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
        generation_key, verdict_key = _generation_key(nick), _verdict_key(nick, password)
        known = cache.get_many([generation_key, verdict_key])
        generation = known.get(generation_key, "")
        pk, seen = known.get(verdict_key, (None, None))
        if pk is not None and seen == generation:
            user = self.load(pk)
            if user is not None:
                return user, None
        return self._verified(request, nick, password, (verdict_key, generation)), None

    def _verified(self, request, nick: str, password: str, remember_as: tuple[str, str]) -> Any:
        failures_key = f"api:failures:{_digest(nick, request.META.get('REMOTE_ADDR', ''))}"
        wrong = AuthenticationFailed(_("The name or the password is wrong, or the user may not log in."))
        if cache.get(failures_key, 0) >= FAILURES_ALLOWED:
            raise AuthenticationFailed(_("Too many failed logins. Wait a minute and try again."))
        user = self.verify(request, nick, password)
        if user is None:
            cache.add(failures_key, 0, FAILURE_WINDOW_SECONDS)
            cache.incr(failures_key)
            raise wrong
        verdict_key, generation = remember_as
        cache.set(verdict_key, (user.pk, generation), REMEMBER_SECONDS)
        return self.load(user.pk)


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
        user = self.load(pk)
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


def _generation_key(nick: str) -> str:
    return f"api:generation:{_digest(nick.lower())}"


def _verdict_key(nick: str, password: str) -> str:
    return f"api:verdict:{_digest(nick, password)}"


def _fingerprint(user) -> str:
    return user.get_session_auth_hash()[:16]
