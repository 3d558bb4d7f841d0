"""People's own passwords: changing them, and getting a new one by mail."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from core.client_address import served_address
from core.errors import Conflict, Invalid
from core.throttle import Throttle
from core.transactions import retried_transaction
from events.services import record_event
from identity.federation.local_passwords import local_password_refused
from identity.models import BrowserSession, ResetRequest
from identity.services.failures import unlock
from identity.services.policy import current_policy, rules_of
from identity.services.sessions import end_sessions
from identity.services.withdrawing import withdraw_credentials
from notifications.services import send_mail
from tenants.models import AuthType, User
from tenants.passwords import TOO_EARLY, Facts, check_new_password, weaknesses
from tenants.services import set_password

HOUR = 3600
BY_NAME = Throttle("reset-name", 5, HOUR)
BY_ADDRESS = Throttle("reset-address", 20, HOUR)
_MOST_ACCOUNTS = 10
_SEPARATOR = "."


class ResetToken(PasswordResetTokenGenerator):
    """Good once and for PASSWORD_RESET_TIMEOUT: it depends on the present password and the last sign-in."""

    key_salt = "identity.password_reset"


_tokens = ResetToken()


def has_run_out(user: User, max_age_days: int) -> bool:
    """Whether a local password is older than allowed (0: never)."""
    if not max_age_days or user.auth_type != AuthType.LOCAL:
        return False
    return (user.password_changed_at or user.created_at) + timedelta(days=max_age_days) < timezone.now()


def require_own_change(*, user: User) -> None:
    """Raise Conflict unless the user may change their own password now (PSW-48: too early)."""
    if user.auth_type != AuthType.LOCAL:
        raise Conflict(_("Your password is kept by %(kind)s, not here.") % {"kind": user.auth_type})
    if user.must_change_password:
        return
    rules = rules_of(current_policy())
    found = weaknesses("", rules, Facts(changed_at=user.password_changed_at), timezone.now())
    for reason in found:
        if reason.code == TOO_EARLY:
            raise Conflict(reason.message, code=reason.code, reasons=(reason,))


@transaction.atomic
def change_own_password(*, user: User, password: str, withdraw: bool = False) -> None:
    """Give oneself a new password that was checked already; all other sessions end with the old one.

    ``withdraw``: so does what was given out to programs.
    """
    require_own_change(user=user)
    set_password(user=user, password=password)
    record_event(kind="user.password_changed", subject=user, actor=user)
    if withdraw:
        withdraw_credentials(actor=user, user=user)


def request_reset(*, name: str, address: str | None) -> None:
    """Somebody who gave this user name or e-mail address wants a new password.

    The same for every name, known or not: who it is is found out later. Raises Conflict (PSW-5)
    when the installation does not offer it.
    """
    if not current_policy().reset_by_mail:
        raise Conflict(
            _("New passwords are not sent by mail here."),
            code="PSW-5",
            remedy=_("Ask an administrator of your enterprise."),
        )
    often = BY_NAME.count(name.lower()) > BY_NAME.allowed
    often |= BY_ADDRESS.count(address or "") > BY_ADDRESS.allowed
    if name and not often:
        ResetRequest.objects.create(name=name[:254], address=address)


def answer_reset_requests() -> int:
    """Send what was asked for; answers how many mails were written."""
    return sum(_answer(pk) for pk in ResetRequest.objects.values_list("pk", flat=True)[:100])


@retried_transaction
def reset_password(*, token: str, password: str, withdraw: bool = True) -> User:
    """Give a new password to whom the token was sent; sessions end, and what was given out to programs unless
    ``withdraw`` says no; a lock is lifted.

    Raises Invalid (REC_1) for a token that is wrong, used or too old, and what check_new_password raises.
    """
    pk, _separator, proof = token.partition(_SEPARATOR)
    try:
        found = int(urlsafe_base64_decode(pk))
    except (ValueError, OverflowError):
        raise _refused() from None
    user = _resettable().select_for_update().filter(pk=found).first()
    if user is None or not _tokens.check_token(user, proof):
        raise _refused()
    check_new_password(user, password)
    set_password(user=user, password=password)
    unlock(actor=None, user=user)
    end_sessions(actor=user, sessions=BrowserSession.objects.filter(user=user))
    record_event(kind="user.password_reset", subject=user, actor=user)
    if withdraw:
        withdraw_credentials(actor=user, user=user)
    return user


def reset_token_for(user: User) -> str:
    """The token that lets its bearer choose a new password."""
    return urlsafe_base64_encode(force_bytes(user.pk)) + _SEPARATOR + _tokens.make_token(user)


@retried_transaction
def _answer(pk: int) -> int:
    wish = ResetRequest.objects.select_for_update().filter(pk=pk).first()
    if wish is None:
        return 0
    wish.delete()
    named = served_address.set(wish.address)
    try:
        users = _resettable().filter(Q(nick=wish.name) | Q(email__iexact=wish.name)).exclude(email="")
        return sum(_send(user) for user in users[:_MOST_ACCOUNTS])
    finally:
        served_address.reset(named)


def _send(user: User) -> int:
    if local_password_refused(user) is not None:
        return 0
    link = settings.ATRIUM_PUBLIC_URL + reverse("identity:reset", args=[reset_token_for(user)])
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    send_mail(
        template="password_reset",
        to=user,
        context={"link": link, "minutes": minutes},
        good_for_seconds=settings.PASSWORD_RESET_TIMEOUT,
    )
    record_event(kind="user.password_reset_requested", subject=user)
    return 1


def _resettable() -> Any:
    return User.objects.filter(is_active=True, auth_type=AuthType.LOCAL).select_related("enterprise")


def _refused() -> Invalid:
    return Invalid(
        _("This link for a new password is not valid any more."),
        code="REC_1",
        remedy=_("Ask for a new one; a link is good once and for half an hour."),
    )
