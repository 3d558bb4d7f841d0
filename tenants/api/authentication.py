"""Binds the dialect's ways of logging in to our users."""

from rest_framework.authentication import SessionAuthentication

from core.api.authentication import BasicActor, TokenActor
from tenants.models import User
from tenants.services.identity import actor_by_id, actor_by_password


class UserSource:
    """Where users come from."""

    def load(self, pk: int) -> User | None:
        return actor_by_id(pk)

    def verify(self, request, nick: str, password: str) -> User | None:
        return actor_by_password(request=request._request, nick=nick, password=password)


class BasicUser(UserSource, BasicActor):
    """HTTP Basic with nick and password."""


class TokenUser(UserSource, TokenActor):
    """A token handed out by GET /login."""


class BrowserUser(SessionAuthentication):
    """The portal's session; changes need the CSRF token."""
