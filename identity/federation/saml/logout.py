"""Single logout of SAML 2.0 by redirection, begun here or at the provider. Everything is signed, both ways.

python3-saml checks the signature, and issuer, destination and end if they are told; here they have to be.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as SamlRefused
from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request as LogoutRequest
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from core.sealing import seal, unseal
from identity.federation.models import ExternalIdentity, SignInProvider, digest_of, session_digest
from identity.federation.saml.settings import auth_of, with_allowed_host
from identity.federation.services import spend_assertion
from identity.models import BrowserSession

SEALED_FOR = "saml subject"
ANSWERED_WITHIN_SECONDS = 600
NEAR = timedelta(minutes=5)
ALGORITHMS = {Constants.RSA_SHA256, Constants.RSA_SHA384, Constants.RSA_SHA512}
_RELAY_LETTERS = 32


def remembered(provider: SignInProvider, auth: OneLogin_Saml2_Auth) -> dict[str, str]:
    """What the session keeps of a sign-in: whose it is, whom the provider named (sealed), its session."""
    subject = {
        "name_id": auth.get_nameid(),
        "name_id_format": auth.get_nameid_format(),
        "nq": auth.get_nameid_nq(),
        "spnq": auth.get_nameid_spnq(),
        "session_index": escape(auth.get_session_index() or ""),
    }
    return {
        "provider": provider.slug,
        "hint": seal(json.dumps(subject), purpose=SEALED_FOR),
        "session": session_digest(provider, auth.get_session_index()),
    }


def farewell_address(request: HttpRequest, provider: Any, kept: dict[str, str]) -> str:
    """Where the browser signs out at the provider, with a signed request; empty where that is not offered.

    ``provider`` is allauth's. Raises CannotUnseal.
    """
    told = provider.app.settings
    if not told["idp"]["slo_url"] or not told["advanced"]["logout_request_signed"]:
        return ""
    auth = auth_of(with_allowed_host(request), provider)
    relay = get_random_string(_RELAY_LETTERS)
    subject = json.loads(unseal(kept["hint"], purpose=SEALED_FOR))
    address = auth.logout(return_to=relay, **subject)
    cache.set(_key(provider.row, relay), auth.get_last_request_id(), ANSWERED_WITHIN_SECONDS)
    return address


def take_answer(request: HttpRequest, provider: Any) -> None:
    """Check what the provider says to our request, once. Raises SamlRefused when it is not in order."""
    key = _key(provider.row, request.GET.get("RelayState", ""))
    asked = cache.get(key)
    if not asked or not cache.delete(key):
        raise SamlRefused("It answers nothing that was asked.", SamlRefused.WRONG_INRESPONSETO)
    auth = _checked_by_kit(request, provider)
    _require_told(request, auth.get_last_response_xml(), provider, InResponseTo=asked)


def take_request(request: HttpRequest, provider: Any) -> tuple[Any, str]:
    """The sessions that a request of the provider ends, and where to bring our signed answer.

    Each request serves once. Raises SamlRefused when it is not in order.
    """
    auth = _checked_by_kit(request, provider)
    document = auth.get_last_request_xml()
    issued = _require_told(request, document, provider)
    name = f"logout\0{LogoutRequest.get_id(document)}"
    issuer = provider.app.settings["idp"]["entity_id"]
    if not spend_assertion(issuer=issuer, assertion_id=name, expires_at=issued + 4 * NEAR):
        raise SamlRefused("The request was used before.", SamlRefused.WRONG_NUMBER_OF_ASSERTIONS)
    return _sessions_of(provider.row, document), auth.answer


def _sessions_of(provider: SignInProvider, document: str) -> Any:
    """The sessions that are named, of the person that is named; without sessions all of the person's."""
    subject = digest_of(LogoutRequest.get_nameid(document))
    known = ExternalIdentity.objects.filter(provider=provider, subject_digest=subject)
    found = BrowserSession.objects.filter(user_id__in=known.values("user_id"), user__auth_type=provider.kind)
    named = LogoutRequest.get_session_indexes(document)
    return (
        found.filter(provider_session__in=[session_digest(provider, each) for each in named])
        if named
        else found
    )


def _checked_by_kit(request: HttpRequest, provider: Any) -> OneLogin_Saml2_Auth:
    """The message as python3-saml took it; ``answer`` is the address of the answer to a request."""
    if request.GET.get("SigAlg") not in ALGORITHMS:
        raise SamlRefused("It is not signed by SHA-2 and RSA.", SamlRefused.NO_SIGNED_MESSAGE)
    auth = auth_of(with_allowed_host(request), provider, messages_signed=True)
    auth.answer = auth.process_slo(keep_local_session=True)
    if auth.get_errors():
        raise SamlRefused(
            str(auth.get_last_error_reason() or auth.get_errors()), SamlRefused.INVALID_SIGNATURE
        )
    return auth


def _require_told(request: HttpRequest, document: str, provider: Any, **wanted: str) -> datetime:
    """Issuer, destination and what else is wanted are there and ours, and it was issued now; answers when."""
    root = etree.fromstring(document.encode())
    wanted |= {"Destination": request.build_absolute_uri(request.path)}
    issuer = root.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer", "")
    issued = datetime.fromtimestamp(OneLogin_Saml2_Utils.parse_SAML_to_time(root.get("IssueInstant")), UTC)
    if any(root.get(name) != value for name, value in wanted.items()):
        raise SamlRefused("It is meant for somebody else.", SamlRefused.WRONG_DESTINATION)
    if issuer.strip() != provider.app.settings["idp"]["entity_id"]:
        raise SamlRefused("It does not say who sends it.", SamlRefused.WRONG_ISSUER)
    if abs(datetime.now(UTC) - issued) > NEAR:
        raise SamlRefused("It was not issued now.", SamlRefused.RESPONSE_EXPIRED)
    return issued


def _key(provider: SignInProvider, relay: str) -> str:
    return f"saml:logout:{provider.pk}:{digest_of(relay)}"
