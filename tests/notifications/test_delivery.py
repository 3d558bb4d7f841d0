"""Mails go to a real SMTP server: once, again when it was not ready, and never when it refused them."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from core.errors import DomainError
from events.models import Event
from notifications.models import MailMessage, MailState
from notifications.services import Courier, deliver_due, forget_old_mails, retry_mail, send_mail
from notifications.services.delivery import RETRY_SECONDS
from tests.notifications.letters import EXAMPLES
from tests.notifications.post_office import PATIENCE_SECONDS, PostOffice
from tests.resellers import made_reseller


def written(world, template="approval_expired", to=None, **options) -> MailMessage:
    return send_mail(template=template, to=to or world.user, context=EXAMPLES[template], **options)


def as_if_later(mail: MailMessage, seconds: float = 24 * 3600) -> None:
    """The clocks of a mail, moved back."""
    shift = timedelta(seconds=seconds)
    MailMessage.objects.filter(pk=mail.pk).update(due_at=F("due_at") - shift)
    MailMessage.objects.filter(pk=mail.pk).exclude(leased_until=None).update(
        leased_until=F("leased_until") - shift
    )


def test_a_mail_arrives_as_text_and_html_from_the_server_and_for_the_user(provided, post_office):
    mail = written(provided, "password_reset")

    assert deliver_due() == {"sent": 1}

    (received,) = post_office.received
    text, html = received.get_body(("plain",)).get_content(), received.get_body(("html",)).get_content()
    assert received["To"] == "ulf@example.invalid"
    assert received["From"] == "Cloud <cloud@example.org>"
    assert received["Subject"] == mail.subject
    assert received["Message-ID"] == mail.message_id
    assert "canary-token" in text and "canary-token" in html


def test_what_was_sent_is_wiped_and_not_sent_again(provided, post_office):
    mail = written(provided, "email_code")

    deliver_due()
    as_if_later(mail)
    assert deliver_due() == {}

    mail.refresh_from_db()
    assert (mail.state, mail.sealed_body) == (MailState.SENT, "")
    assert mail.sent_at is not None
    assert len(post_office.received) == 1


def test_without_a_mail_server_mails_wait_and_leave_when_there_is_one(world, post_office):
    written(world)

    assert deliver_due() == {}

    post_office.set_up(world.cloud_admin, world.provider)
    assert deliver_due() == {"sent": 1}


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_server_that_is_not_ready_is_tried_again_later(provided, post_office, command):
    post_office.answers[command].append("451 Come back later")
    mail = written(provided)

    assert deliver_due() == {"queued": 1}
    assert deliver_due() == {}
    mail.refresh_from_db()
    assert "451 Come back later" in mail.last_error
    assert mail.due_at > timezone.now() + timedelta(seconds=RETRY_SECONDS[0] / 2)

    as_if_later(mail)
    assert deliver_due() == {"sent": 1}
    assert post_office.message_ids == [mail.message_id]


def test_a_refusal_is_final_told_and_recorded(provided, post_office):
    post_office.answers["RCPT"].append("550 No such mailbox")
    mail = written(provided)

    assert deliver_due() == {"failed": 1}

    mail.refresh_from_db()
    assert mail.last_error == "The mail server said: 550 No such mailbox"
    assert Event.objects.filter(kind="mail.failed", subject_id=mail.pk).count() == 1


def test_a_server_that_is_away_is_tried_until_patience_ends(world):
    PostOffice().set_up(world.cloud_admin, world.provider)
    mail = written(world)

    for _attempt in RETRY_SECONDS:
        assert deliver_due() == {"queued": 1}
        as_if_later(mail)
    assert deliver_due() == {"failed": 1}

    mail.refresh_from_db()
    assert "refused" in mail.last_error.lower()


def test_a_mail_nobody_can_use_any_more_is_given_up_and_wiped(provided, post_office):
    mail = written(provided, "email_code", good_for_seconds=60)
    MailMessage.objects.update(good_until=timezone.now())

    assert deliver_due() == {}

    mail.refresh_from_db()
    assert (mail.state, mail.sealed_body) == (MailState.FAILED, "")
    assert post_office.received == []


def test_a_mail_that_another_deliverer_holds_is_left_to_it(provided, post_office):
    mail = written(provided)
    MailMessage.objects.update(lease="theirs", leased_until=timezone.now() + timedelta(seconds=60))

    assert deliver_due() == {}

    as_if_later(mail)
    assert deliver_due() == {"sent": 1}


def test_a_body_whose_key_is_gone_fails_with_words(provided, post_office, settings):
    mail = written(provided)
    settings.SECRET_KEY = "another key that was set meanwhile, and is long enough"

    assert deliver_due() == {"failed": 1}

    mail.refresh_from_db()
    assert "SECRET_KEY_FALLBACKS" in mail.last_error


def test_an_administrator_has_a_failed_mail_sent_again(provided, post_office):
    post_office.answers["DATA"].append("554 Not today")
    mail = written(provided)
    deliver_due()

    retry_mail(actor=provided.cloud_admin, mail_id=mail.pk)

    assert deliver_due() == {"sent": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"state": MailState.SENT},
        {"state": MailState.FAILED, "sealed_body": ""},
        {"good_until": timezone.now() - timedelta(days=1)},
        {"leased_until": timezone.now() + timedelta(days=1)},
    ],
    ids=["sent", "wiped", "too late", "being sent"],
)
def test_what_can_not_be_sent_again_is_not(provided, change):
    mail = written(provided)
    MailMessage.objects.update(**change)

    with pytest.raises(DomainError):
        retry_mail(actor=provided.cloud_admin, mail_id=mail.pk)


def test_old_content_is_wiped_and_old_rows_are_dropped(provided, post_office):
    post_office.answers["RCPT"].extend(["550 No"] * 2)
    first, second = written(provided), written(provided)
    deliver_due()
    MailMessage.objects.filter(pk=first.pk).update(updated_at=timezone.now() - timedelta(days=8))
    MailMessage.objects.filter(pk=second.pk).update(updated_at=timezone.now() - timedelta(days=91))
    waiting = written(provided)

    forget_old_mails()

    left = dict(MailMessage.objects.values_list("pk", "sealed_body"))
    assert left.keys() == {first.pk, waiting.pk}
    assert left[first.pk] == "" and left[waiting.pk]


def test_secrets_of_mails_stand_in_no_event_and_no_error(provided, post_office):
    post_office.answers["DATA"].append("554 Refused")
    written(provided, "password_reset")
    written(provided, "email_code")

    deliver_due()

    rows = str(list(Event.objects.values())) + str(list(MailMessage.objects.values()))
    assert "canary" not in rows


@pytest.mark.usefixtures("shared_database")
def test_the_courier_delivers_beside_whoever_sends_it_out(provided, post_office):
    mails = [written(provided) for _ in range(5)]
    courier = Courier()

    courier.set_out()
    courier.wait()

    assert sorted(post_office.message_ids) == sorted(mail.message_id for mail in mails)


@pytest.mark.usefixtures("shared_database")
def test_a_server_that_holds_its_breath_does_not_hold_up_another(provided, post_office):
    reseller, boss = made_reseller(provided)
    post_office.hold = "RCPT"
    with PostOffice(login=("mail", "secret")) as theirs:
        theirs.set_up(boss, reseller, username="mail", password="secret", security="none")
        stuck = written(provided, to=provided.rival_admin)
        mail = written(provided, to=boss)
        courier = Courier()

        courier.set_out()
        assert post_office.held.acquire(timeout=PATIENCE_SECONDS)
        assert theirs.took.acquire(timeout=PATIENCE_SECONDS)

        assert theirs.message_ids == [mail.message_id]
        assert MailMessage.objects.get(pk=stuck.pk).state == MailState.QUEUED
        post_office.go_on.set()
        courier.wait()
    assert post_office.message_ids == [stuck.message_id]
