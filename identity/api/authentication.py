"""What programs sign in with: OAuth 1.0a signatures, personal access tokens, tokens of identity providers.

Failures are counted by address only: there is no name to guess, and the secrets are too long to be guessed.
"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, AuthenticationFailed, Throttled

from core.access_generation import access_generation
from core.api.errors import Refused
from core.client_address import client_address
from core.errors import PermissionRefused, Reason
from core.throttle import Throttle
from identity.api.one_factor import OneFactor
from identity.federation.bearer import bearer_user
from identity.oauth import signed_by
from identity.personal_access import PersonalAccess, find_personal_access, is_personal
from identity.services import oauth_tokens, personal_tokens
from tenants.api.authentication import UserSource

WRONG_TOKENS_ALLOWED = 300
BY_ADDRESS = Throttle("program-address", WRONG_TOKENS_ALLOWED)
VOUCHED_FOR = OneFactor()
LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})


class Program(UserSource):
    """Somebody's program. Wrong tokens hold up no good ones: who shares a guesser's address works on."""

    def wrong(self, request) -> APIException:
        """The same answer for what never was valid, is not any more, and whose user may not log in."""
        address = client_address(request) or ""
        wait = BY_ADDRESS.wait_seconds(address)
        if not wait:
            BY_ADDRESS.count(address)
            return AuthenticationFailed(_("This token or signature is not valid, or not any more."))
        refusal = Throttled(detail=_("Too many wrong tokens. Wait %s seconds and try again.") % wait)
        refusal.wait = wait
        return refusal


class OAuthProgram(Program):
    """``Authorization: OAuth``: a call signed by an application its user has allowed."""

    def authenticate(self, request) -> tuple[Any, None] | None:
        if self.argument_of(request, "oauth") is None:
            return None
        access = signed_by(request._request)
        user = None if access is None else self.known(access.user_id, access_generation())
        if user is None:
            raise self.wrong(request)
        oauth_tokens.note_use(token_id=access.token_id)
        return self.admitted(request, user.through(access.privileges)), None


class BearerProgram(Program):
    """``Authorization: Bearer``: a personal access token of ours, else a token of an identity provider."""

    def authenticate(self, request) -> tuple[Any, None] | None:
        text = self.argument_of(request, "bearer")
        if text is None:
            return None
        find = self._by_personal_token if is_personal(text) else self._by_provider
        user = find(request, text)
        if user is None:
            raise self.wrong(request)
        return self.admitted(request, user), None

    def _by_provider(self, request, text: str) -> Any | None:
        """A provider's word is one factor, as in a browser."""
        found = bearer_user(text)
        user = None if isinstance(found, Reason) else VOUCHED_FOR.known(found.pk, access_generation())
        return None if user is None else VOUCHED_FOR.admitted(request, user).through()

    def _by_personal_token(self, request, text: str) -> Any | None:
        generation = access_generation()
        access = find_personal_access(text, generation)
        user = None if access is None else self.known(access.user_id, generation)
        if user is None:
            return None
        _require_reach_of(access, request)
        personal_tokens.note_use(token_id=access.token_id)
        return user.through(access.privileges)


def _require_reach_of(access: PersonalAccess, request) -> None:
    if access.read_only and request.method not in LOOKING:
        raise Refused(
            PermissionRefused(
                _("This token may only look, not change anything."),
                code="TOKEN_READ_ONLY",
                remedy=_("Use a token that was made for changes."),
            )
        )
