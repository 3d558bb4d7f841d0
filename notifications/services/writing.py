"""Putting a mail into the outbox, in the transaction of whatever makes it necessary."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from branding.services import look_of
from core.errors import Conflict, Invalid
from notifications.languages import language_of
from notifications.models import MailMessage
from notifications.rendering import written
from tenants.models import Enterprise, User


@transaction.atomic
def send_mail(
    *,
    template: str,
    to: User | str,
    context: Mapping[str, Any],
    enterprise: Enterprise | None = None,
    good_for_seconds: int | None = None,
) -> MailMessage:
    """Write a mail now and have it delivered after the commit; a rollback takes it back.

    ``template`` and ``context`` are as the table in ``notifications.letters`` says. Theme and server are
    those of ``enterprise``, by default the user's own, for a bare address the provider's; the language is
    the user's. A mail not sent within ``good_for_seconds`` is given up, as nobody can use it any more.

    Raises Conflict MAIL-2 when the user has no address, Invalid MAIL-3 when the address is none, and
    ValueError when the context has gaps.
    """
    name, address = (to.full_name, to.email) if isinstance(to, User) else ("", to)
    _check_address(address, name)
    enterprise_id = enterprise.pk if enterprise else _home_of(to)
    subject, body = written(
        template=template,
        context=context,
        name=name,
        look=look_of(enterprise_id),
        language=language_of(to),
    )
    message = new_message(template=template, recipient=address, subject=subject)
    message.enterprise_id = enterprise_id
    message.sealed_body = body.sealed()
    if good_for_seconds:
        message.good_until = message.due_at + timedelta(seconds=good_for_seconds)
    message.save()
    return message


def new_message(*, template: str, recipient: str, subject: str) -> MailMessage:
    """A mail that is not saved yet. Its Message-ID is made here and never again: whatever is sent twice after
    a crash can be recognized as the same mail."""
    now = timezone.now()
    host = urlsplit(settings.ATRIUM_PUBLIC_URL).hostname
    return MailMessage(
        template=template,
        recipient=recipient,
        subject=subject,
        message_id=make_msgid(domain=host or "localhost"),
        created_at=now,
        due_at=now,
    )


def _home_of(to: User | str) -> int | None:
    """Whoever works in another enterprise for a while still gets the mails of their own."""
    return None if isinstance(to, str) else to.home_enterprise_id


def _check_address(address: str, name: str) -> None:
    if not address:
        raise Conflict(
            _("%(name)s has no e-mail address.") % {"name": name},
            code="MAIL-2",
            remedy=_("Enter one on the page of the user."),
        )
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            _("%(address)s is not an e-mail address.") % {"address": address}, code="MAIL-3"
        ) from None
