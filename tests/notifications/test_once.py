"""No mail is sent twice: not by deliverers at the same time, nor after one was killed in the middle."""

import signal
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import MailMessage, MailState
from notifications.services import deliver_due, send_mail
from tests.notifications.letters import EXAMPLES
from tests.notifications.post_office import PATIENCE_SECONDS
from tests.shared_database import ROOT, command

MAILS = 24


def deliverer(environment: dict[str, str]) -> subprocess.Popen:
    """Another process that delivers what is due, then ends."""
    return subprocess.Popen(command("deliver_mail"), cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def written(world) -> MailMessage:
    return send_mail(template="approval_expired", to=world.user, context=EXAMPLES["approval_expired"])


@pytest.fixture
def killed_during(provided, post_office, shared_database):
    """``killed_during("RCPT")``: a mail whose deliverer is killed there, and whose lease has ended since."""

    def kill(phase: str) -> MailMessage:
        mail = written(provided)
        post_office.hold = phase
        process = deliverer(shared_database)
        assert post_office.held.acquire(timeout=PATIENCE_SECONDS)
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_SECONDS)
        post_office.hold = ""
        post_office.go_on.set()
        assert deliver_due() == {}, "its lease still holds"
        MailMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        return mail

    return kill


@pytest.mark.slow
def test_of_two_deliverers_at_once_each_mail_is_sent_by_one(provided, post_office, shared_database):
    mails = [written(provided) for _ in range(MAILS)]
    post_office.hold = "RCPT"

    processes = [deliverer(shared_database) for _ in range(2)]
    for _process in processes:
        assert post_office.held.acquire(timeout=PATIENCE_SECONDS), "both are in the middle of a mail"
    post_office.go_on.set()
    for process in processes:
        assert process.wait(PATIENCE_SECONDS) == 0

    assert sorted(post_office.message_ids) == sorted(mail.message_id for mail in mails)
    assert set(MailMessage.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}


@pytest.mark.slow
def test_after_a_kill_before_the_server_had_the_mail_it_is_sent_once(killed_during, post_office):
    mail = killed_during("RCPT")

    assert deliver_due() == {"sent": 1}
    assert deliver_due() == {}

    assert post_office.message_ids == [mail.message_id]


@pytest.mark.slow
def test_after_a_kill_in_the_one_moment_nobody_can_know_of_the_mail_is_recognizably_the_same(
    killed_during, post_office
):
    mail = killed_during("DATA")
    assert deliver_due() == {"sent": 1}

    assert post_office.message_ids == [mail.message_id] * 2
    first, second = (received.as_bytes() for received in post_office.received)
    assert first == second


@pytest.mark.slow
def test_the_reconciler_delivers_by_itself_and_ends_what_it_began(provided, post_office, shared_database):
    mail = written(provided)
    post_office.hold = "DATA"

    reconciler = subprocess.Popen(command("run_reconciler", "--every", "0.5"), cwd=ROOT, env=shared_database)
    try:
        assert post_office.held.acquire(timeout=PATIENCE_SECONDS)
        reconciler.terminate()
        post_office.go_on.set()
    finally:
        reconciler.terminate()
        reconciler.wait(PATIENCE_SECONDS)

    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 1)
    assert post_office.message_ids == [mail.message_id]
