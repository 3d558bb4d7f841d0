"""What people and time do to mails that were not sent, or were sent long ago."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, NotFound
from events.services import record_event
from events.subject import Subject
from notifications.models import MailMessage, MailState
from notifications.querysets import MANAGE_MAIL
from tenants.access import require
from tenants.models import User

BODY_DAYS = 7
ROW_DAYS = 90
AT_ONCE = 1000


@transaction.atomic
def retry_mail(*, actor: User, mail_id: int) -> MailMessage:
    """Send a mail that failed, or waits for its next attempt, as soon as possible.

    Raises NotFound, and Conflict when it was sent, is being sent, or its content is gone.
    """
    require(actor, MANAGE_MAIL)
    found = MailMessage.objects.visible_to(actor).filter(pk=mail_id).first()
    if found is None:
        raise NotFound(_("There is no such mail."))
    mail = MailMessage.objects.select_for_update().get(pk=found.pk)
    now = timezone.now()
    if mail.state == MailState.SENT:
        raise Conflict(_("This mail was sent already."))
    if mail.leased_until and mail.leased_until > now:
        raise Conflict(_("This mail is being sent just now."))
    if not mail.sealed_body or (mail.good_until and mail.good_until <= now):
        raise Conflict(_("This mail is of no use any more."), remedy=_("Do again what caused it."))
    mail.state, mail.due_at, mail.attempts = MailState.QUEUED, now, 0
    mail.save(update_fields=["state", "due_at", "attempts", "updated_at"])
    record_event(
        kind="mail.retried", subject=Subject("mail", mail.pk, mail.template, mail.enterprise_id), actor=actor
    )
    return mail


@transaction.atomic
def forget_old_mails() -> None:
    """Wipe the content of what failed a week ago or is past its use, and drop rows of what ended long ago."""
    now = timezone.now()
    ended = MailMessage.objects.exclude(state=MailState.QUEUED)
    useless = Q(good_until__lte=now) | Q(updated_at__lt=now - timedelta(days=BODY_DAYS))
    ended.filter(useless).exclude(sealed_body="").update(sealed_body="")
    old = ended.filter(updated_at__lt=now - timedelta(days=ROW_DAYS))
    MailMessage.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:AT_ONCE])).delete()
