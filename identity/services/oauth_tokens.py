"""Tokens of OAuth 1.0a applications, from the request over the user's consent to the access token.

Who asks was checked before by the signature; see ``identity.oauth``.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import NotFound
from core.sealing import seal
from core.sessions import hashed
from events.services import record_event
from identity.models import AccessToken, Application, RequestToken
from identity.services.applications import SECRET_PURPOSE
from tenants.delegation import require_own_hands

REQUEST_SECONDS = 600
USE_NOTED_SECONDS = 60
_VERIFIER_BYTES = 24


@dataclass(frozen=True, repr=False)
class Consent:
    """What the user's yes leads to: where to send them, and what the application needs to go on."""

    callback: str
    key: str
    verifier: str


def keep_request_token(*, api_key: str, key: str, secret: str, callback: str) -> None:
    """Remember a request token of an application for ten minutes."""
    RequestToken.objects.create(
        application=Application.objects.get(api_key=api_key),
        key=key,
        sealed_secret=seal(secret, purpose=SECRET_PURPOSE),
        callback=callback,
        expires_at=timezone.now() + timedelta(seconds=REQUEST_SECONDS),
    )


def awaited_consent(*, actor: Any, key: str) -> RequestToken:
    """The request by an application of the actor that waits for consent. Raises NotFound."""
    found = (
        RequestToken.objects.select_related("application__user")
        .filter(key=key, application__user_id=actor.pk, expires_at__gt=timezone.now(), verifier_hash="")
        .first()
    )
    if found is None:
        raise NotFound(
            _("No application of yours is waiting for this permission."),
            remedy=_("Requests end after ten minutes and with your answer. Begin again in the application."),
        )
    return found


@transaction.atomic
def give_consent(*, actor: Any, key: str) -> Consent:
    """The user lets their application act for them. Only once for each request.

    Raises NotFound for what is not theirs, unknown, too old or answered already, and PermissionRefused
    for programs.
    """
    require_own_hands(actor)
    asked = awaited_consent(actor=actor, key=key)
    verifier = token_urlsafe(_VERIFIER_BYTES)
    answered = RequestToken.objects.filter(pk=asked.pk, verifier_hash="").update(
        verifier_hash=hashed(verifier)
    )
    if not answered:
        raise NotFound(_("This request was answered already."))
    record_event(kind="application.allowed", subject=asked.application, actor=actor)
    return Consent(asked.callback, key, verifier)


@transaction.atomic
def refuse_consent(*, actor: Any, key: str) -> None:
    """The user says no: the request ends. Raises NotFound like ``give_consent``."""
    asked = awaited_consent(actor=actor, key=key)
    record_event(kind="application.refused", subject=asked.application, actor=actor)
    asked.delete()


@transaction.atomic
def exchange(*, api_key: str, request_key: str, verifier: str, key: str, secret: str) -> bool:
    """Turn a request token the user agreed to into an access token. False when that is not possible.

    The request token ends with it, so that of two exchanges at once only one succeeds.
    """
    asked = (
        RequestToken.objects.select_for_update()
        .filter(key=request_key, application__api_key=api_key, expires_at__gt=timezone.now())
        .first()
    )
    if asked is None or not asked.verifier_hash:
        return False
    if not hmac.compare_digest(asked.verifier_hash, hashed(verifier)):
        return False
    if not asked.delete()[0]:
        return False
    lifetime = settings.ATRIUM_OAUTH_ACCESS_SECONDS
    AccessToken.objects.create(
        application_id=asked.application_id,
        key=key,
        sealed_secret=seal(secret, purpose=SECRET_PURPOSE),
        expires_at=timezone.now() + timedelta(seconds=lifetime) if lifetime else None,
    )
    return True


def note_use(*, token_id: int) -> None:
    """Remember that an access token was used just now; at most once a minute."""
    if cache.add(f"oauth:used:{token_id}", 1, USE_NOTED_SECONDS):
        AccessToken.objects.filter(pk=token_id).update(last_used_at=timezone.now())


@transaction.atomic
def withdraw_access(*, actor: Any, application: Application) -> None:
    """End all access tokens of an application that was found as visible to the actor; it may ask anew."""
    AccessToken.objects.filter(application=application).delete()
    RequestToken.objects.filter(application=application).delete()
    record_event(kind="application.withdrawn", subject=application, actor=actor)
    access_changed()


def forget_expired() -> None:
    """Remove requests and access tokens whose time is over."""
    over = Q(expires_at__lt=timezone.now())
    RequestToken.objects.filter(over).delete()
    AccessToken.objects.filter(over).delete()
