"""Binds the dialect's ways of logging in to our users, and asks of everybody what holds for every request."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication

from core.api.authentication import ActorSource, BasicActor, TokenActor, wrong_credentials
from core.client_address import client_address
from core.errors import Conflict
from tenants.models import User
from tenants.networks import require_network
from tenants.services.identity import actor_by_id, actor_by_password

WHO_AM_I = "/api/login"
MUST_CHANGE_PASSWORD = "PSW-9"


class UserSource(ActorSource):
    """Where users come from, and who of them may ask."""

    def load(self, pk: int) -> User | None:
        return actor_by_id(pk)

    def verify(self, request, nick: str, password: str) -> User | None:
        return actor_by_password(request=request._request, nick=nick, password=password)

    def admit(self, request, user: User) -> None:
        """Asks no database, for it is asked with every request.

        Raises AuthenticationFailed while the account is locked, PermissionRefused outside of the allowed
        networks, and Conflict (PSW-9) for everything but GET /login until a new password was chosen.
        """
        if user.locked_until is not None and user.locked_until > timezone.now():
            raise wrong_credentials()
        require_network(user, client_address(request))
        if user.must_change_password and not _asks_who(request):
            raise Conflict(
                _("You must choose a new password before anything else."),
                code=MUST_CHANGE_PASSWORD,
                remedy=_("Sign in to the portal in a browser and choose one."),
            )


class BasicUser(UserSource, BasicActor):
    """HTTP Basic with nick and password."""


class TokenUser(UserSource, TokenActor):
    """A token handed out by GET /login."""


class BrowserUser(UserSource, SessionAuthentication):
    """The portal's session; changes need the CSRF token."""

    def authenticate(self, request) -> tuple[User, None] | None:
        found = SessionAuthentication.authenticate(self, request)
        if found is not None:
            self.admitted(request, found[0])
        return found


def _asks_who(request) -> bool:
    return request.method == "GET" and request.path.rstrip("/") == WHO_AM_I
