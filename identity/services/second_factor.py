"""The second factor: what somebody has, switching it on and off, and codes by e-mail.

Apps, keys and recovery codes are allauth's; every change is an event of the user.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid, PermissionRefused
from core.throttle import Throttle
from events.models import Severity
from events.services import record_event
from identity.models import BrowserSession, MailSecondFactor
from identity.services.sessions import end_sessions
from notifications.services import send_mail
from tenants.access import require
from tenants.delegation import require_confirmed, require_own_hands
from tenants.models import User
from tenants.services.grants import require_manageable

APP, KEY, MAIL = "totp", "webauthn", "email"
CODE_SECONDS = 60
CODES_IN_TEN_MINUTES = 6
TRIES_PER_CODE = 5
CODES = Throttle("mail-code", CODES_IN_TEN_MINUTES, 600)
TRIES = Throttle("mail-code-tries", TRIES_PER_CODE, CODE_SECONDS)
_DIGITS = 6
ENABLED = "second_factor_enabled"
_TOLD = {
    "mfa/email/totp_activated": (ENABLED, APP),
    "mfa/email/totp_deactivated": ("second_factor_disabled", APP),
    "mfa/email/webauthn_added": (ENABLED, KEY),
    "mfa/email/webauthn_removed": ("second_factor_disabled", KEY),
    "mfa/email/recovery_codes_generated": ("recovery_codes_made", "recovery_codes"),
}
_CODE = "identity_mail_code"
SIGN_IN, CONFIRM = "sign_in", "confirm"
_LETTERS = {SIGN_IN: "email_code", CONFIRM: "confirmation_code"}


@dataclass(frozen=True, repr=False)
class Enabled:
    """What is shown once after switching on by the API."""

    provider: str
    authenticator_url: str
    recovery_codes: tuple[str, ...]


def methods_of(user: User) -> frozenset[str]:
    """Which of APP, KEY and MAIL the user confirms sign-ins with; empty without a second factor."""
    types = Authenticator.objects.filter(user_id=user.pk, type__in=(APP, KEY)).values_list("type", flat=True)
    mail = MailSecondFactor.objects.filter(user_id=user.pk).exists()
    return frozenset(types) | ({MAIL} if mail else frozenset())


def uses_second_factor(user: User) -> bool:
    return bool(methods_of(user))


def is_required(user: User) -> bool:
    """Whether the user's own enterprise asks for one. Asks no database for a user who acts."""
    return user.home.two_factor_required


@transaction.atomic
def enable_app(*, actor: Any, user: User, url_of: Any, session_key: str | None = None) -> Enabled:
    """Switch on an authenticator app for oneself; ``url_of(secret)`` is what the app scans.

    All sessions end but the one with this key, which asks for it: they began without a second factor.
    Raises Conflict 2FA-4 for somebody else, 2FA-1 when it is on already.
    """
    _require_oneself(actor, user)
    _lock_and_require_none(user)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    _record_enabled(user, APP, session_key)
    return Enabled("GOOGLE_AUTHENTICATOR", url_of(secret), new_recovery_codes(user=user))


@transaction.atomic
def enable_mail(*, actor: Any, user: User, session_key: str | None = None) -> Enabled:
    """Switch on codes by e-mail for oneself. Sessions end as with ``enable_app``.

    Raises Conflict 2FA-4 for somebody else, 2FA-1 when one is on already, 2FA-5 without an address.
    """
    _require_oneself(actor, user)
    if not user.email:
        raise Conflict(
            _("Codes can't be sent: your account has no e-mail address."),
            code="2FA-5",
            remedy=_("Enter one in your profile first."),
        )
    _lock_and_require_none(user)
    MailSecondFactor.objects.create(user_id=user.pk)
    _record_enabled(user, MAIL, session_key)
    return Enabled("EMAIL", "", new_recovery_codes(user=user))


@transaction.atomic
def disable(*, actor: User, user: User) -> None:
    """Switch everything off: one's own, or with USERS_MANAGE_USERS that of a user the actor knows.

    Raises 2FA-6 without the right, 2FA-3 when nothing is on, and for oneself when the enterprise asks for it.
    """
    if actor.pk == user.pk:
        require_confirmed(actor)
        _require_dispensable(user)
    else:
        require_own_hands(actor)
        _require_may_manage(actor, user)
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    methods = methods_of(user)
    if not methods:
        raise Conflict(_("No second factor is switched on."), code="2FA-3")
    Authenticator.objects.filter(user_id=user.pk).delete()
    MailSecondFactor.objects.filter(user_id=user.pk).delete()
    record_event(
        kind="user.second_factor_disabled",
        subject=user,
        actor=actor,
        severity=Severity.WARN,
        changes={"second_factor": [sorted(methods), []]},
    )


@transaction.atomic
def record_change(*, user: User, told: str, session_key: str | None) -> None:
    """An event for what allauth says has happened; ``told`` is the name of its notification.

    ``session_key`` is that of the session it happened in.
    """
    kind, method = _TOLD.get(told, ("", ""))
    if kind == ENABLED:
        _record_enabled(user, method, session_key)
    elif kind:
        access_changed()
        record_event(kind=f"user.{kind}", subject=user, actor=user, data={"method": method})


def new_recovery_codes(*, user: User) -> tuple[str, ...]:
    """Fresh recovery codes in the place of the old ones, to be shown this once."""
    Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    codes.mark_as_viewed()
    return tuple(codes.generate_codes())


def may_be_removed(authenticator: Authenticator) -> bool:
    """Whether this app or key may go; the last factor stays while the enterprise asks for one."""
    user = authenticator.user
    if not is_required(user):
        return True
    same = Authenticator.objects.filter(user_id=user.pk, type=authenticator.type).count()
    return same > 1 or len(methods_of(user)) > 1


def recovery_codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    found = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def send_code(*, session: Any, user: User, purpose: str = SIGN_IN) -> None:
    """Mail a code that is good for CODE_SECONDS, in this browser session and for this purpose only.

    Raises Conflict when too many were asked for.
    """
    if CODES.count(str(user.pk)) > CODES.allowed:
        raise Conflict(
            _("Too many codes were asked for."), code="2FA-0", remedy=_("Wait ten minutes and try again.")
        )
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    session[_CODE] = {"hash": _hashed(user, code, purpose), "until": time.time() + CODE_SECONDS}
    TRIES.forget(str(user.pk))
    with transaction.atomic():
        send_mail(
            template=_LETTERS[purpose],
            to=user,
            context={"code": code, "seconds": CODE_SECONDS},
            good_for_seconds=CODE_SECONDS,
        )


def check_code(*, session: Any, user: User, code: str, purpose: str = SIGN_IN) -> None:
    """Take the code mailed for this purpose, once, or an unused recovery code. Raises Invalid for anything
    else."""
    sent, code = session.get(_CODE), code.replace(" ", "")
    hashed = _hashed(user, code, purpose)
    if TRIES.count(str(user.pk)) > TRIES.allowed:
        session.pop(_CODE, None)
        raise Invalid(_("Too many wrong codes."), code="2FA-0", remedy=_("Ask for a new code."))
    if sent and time.time() <= sent["until"] and constant_time_compare(sent["hash"], hashed):
        session.pop(_CODE)
        return
    recovery = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    if recovery and recovery.wrap().validate_code(code):
        return
    record_event(
        kind="user.sign_in_failed", subject=user, severity=Severity.WARN, data={"why": "SECOND_FACTOR"}
    )
    raise Invalid(_("This code is wrong or too old."), code="2FA-0", remedy=_("Ask for a new code."))


def _hashed(user: User, code: str, purpose: str) -> str:
    return salted_hmac("identity.mail_code", f"{purpose}:{user.pk}:{code}", algorithm="sha256").hexdigest()


def _record_enabled(user: User, method: str, session_key: str | None) -> None:
    """The event. What began with a password alone ends: other sessions, what is remembered for the API."""
    access_changed()
    others = BrowserSession.objects.filter(user_id=user.pk).exclude(session_key=session_key or "")
    end_sessions(actor=user, sessions=others)
    record_event(
        kind=f"user.{ENABLED}",
        subject=user,
        actor=user,
        changes={"second_factor": [[], [method]]},
    )


def _require_oneself(actor: Any, user: User) -> None:
    require_confirmed(actor)
    if actor.pk != user.pk:
        raise Conflict(
            _("A second factor can only be switched on by the person who will use it."), code="2FA-4"
        )


def _lock_and_require_none(user: User) -> None:
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    if uses_second_factor(user):
        raise Conflict(_("A second factor is switched on already."), code="2FA-1")


def _require_dispensable(user: User) -> None:
    if is_required(user):
        raise Conflict(
            _("Your enterprise asks for a second factor, so you can't switch it off."),
            code="2FA-6",
            remedy=_("An administrator can, for instance when a device is lost."),
        )


def _require_may_manage(actor: User, user: User) -> None:
    try:
        require(actor, "USERS_MANAGE_USERS")
        require_manageable(actor, user)
    except PermissionRefused as refusal:
        raise PermissionRefused(
            refusal.message, code="2FA-6", remedy=refusal.remedy, reasons=refusal.reasons
        ) from None
