"""Who is asking: HTTP Basic whose verdict is remembered for seconds, signed tokens.

Passwords are hashed slowly on purpose, and clients send them with every call; so a verified
pair is remembered by a keyed hash. Which user a name belongs to is the tenants app's to say.
"""

import base64
import binascii
import copy
import hashlib
import hmac
from abc import abstractmethod
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled

from core.access_generation import access_generation
from core.api.errors import Refused
from core.api.memory import ShortMemory
from core.client_address import client_address
from core.errors import DomainError
from core.throttle import Throttle

REMEMBER_SECONDS = 30
ACTOR_SECONDS = 5
TOKEN_SECONDS = 1_800
FAILURES_ALLOWED = 10
FAILURES_OF_ADDRESS_ALLOWED = 30
REALM = 'Basic realm="Atrium", charset="UTF-8"'
_SALT = "core.api.token"

BY_NAME = Throttle("api-name", FAILURES_ALLOWED)
BY_ADDRESS = Throttle("api-address", FAILURES_OF_ADDRESS_ALLOWED)
_actors = ShortMemory(ACTOR_SECONDS)


def issue_token(user) -> str:
    """A token for ``Authorization: Token``; it ends after TOKEN_SECONDS, with another password, and with the
    user's next ``token_generation``."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=_SALT)


class ActorSource(BaseAuthentication):
    """Loads users; ``load``, ``verify`` and ``admit`` are filled in by the app that owns them.

    Sources that load users differently remember them apart, by ``remembered_as``.
    """

    remembered_as = "user"

    @abstractmethod
    def load(self, pk: int) -> Any | None:
        """The active user with this id, with what decides about rights, or None."""

    @abstractmethod
    def verify(self, request, nick: str, password: str) -> Any | None:
        """The active user with this name and password, or None. Slow. May raise DomainError."""

    def admit(self, request, user) -> None:
        """Raise DomainError, or AuthenticationFailed, when this user may not ask this, now, from there."""

    def admitted(self, request, user: Any) -> Any:
        """The user, who was asked for all that holds for every request. Raises APIException."""
        try:
            self.admit(request, user)
        except DomainError as error:
            raise Refused(error) from error
        return user

    def remembered(self, key: str, generation: str) -> Any | None:
        """A copy of the user found under this key seconds ago, unless something about rights has changed."""
        return copy.copy(_actors.recall(key, generation))

    def found(self, key: str, generation: str, pk: int) -> Any | None:
        """The active user with this id, remembered under the key."""
        user = self.load(pk)
        if user is not None:
            _actors.keep(key, user, generation)
        return copy.copy(user)

    def known(self, pk: int, generation: str) -> Any | None:
        """The active user with this id, remembered or loaded."""
        key = f"{self.remembered_as}:{pk}"
        return self.remembered(key, generation) or self.found(key, generation, pk)

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
        user = user or self._verified(request, nick, password, (verdict_key, generation))
        return self.admitted(request, user), None

    def _verified(self, request, nick: str, password: str, remember_as: tuple[str, str]) -> Any:
        address = client_address(request) or ""
        name_key = _digest(nick, address)
        _require_patience(name_key, address)
        try:
            user = self.verify(request, nick, password)
        except DomainError as error:
            raise Refused(error) from error
        if user is None:
            failed(name_key, address)
            raise wrong_credentials()
        # Guesses that ran beside this one may have used up what is allowed.
        _require_patience(name_key, address)
        verdict_key, generation = remember_as
        cache.set(verdict_key, (user.pk, generation), REMEMBER_SECONDS)
        actor = self.found(verdict_key, generation, user.pk)
        if actor is None:
            raise wrong_credentials()
        return actor


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
        user = self.known(pk, access_generation())
        if user is None or not hmac.compare_digest(_fingerprint(user), fingerprint):
            raise ended
        return self.admitted(request, user), None


def failed(name_key: str, address: str) -> None:
    """Count a failed sign-in by what was tried and by where it came from."""
    BY_NAME.count(name_key)
    BY_ADDRESS.count(address)


def wrong_credentials() -> AuthenticationFailed:
    """The same for every cause, so that nobody learns which names exist."""
    return AuthenticationFailed(_("The name or the password is wrong, or the user may not log in."))


def _require_patience(name_key: str, address: str) -> None:
    """Raise Throttled after too many failures, whether or not the name exists."""
    wait = max(BY_NAME.wait_seconds(name_key), BY_ADDRESS.wait_seconds(address))
    if wait:
        refusal = Throttled(detail=_("Too many failed logins. Wait %s seconds and try again.") % wait)
        refusal.wait = wait
        raise refusal


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
    return _digest(user.get_session_auth_hash(), str(user.token_generation))[:32]
