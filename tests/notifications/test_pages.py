"""The mail tab: the server, whether it works, and what became of each mail."""

import pytest
from django.urls import reverse

from notifications.models import MailMessage, MailServer, MailState
from notifications.services import deliver_due, send_mail
from tests.browsing import browser_of
from tests.notifications.letters import EXAMPLES
from tests.resellers import made_reseller, reseller_admin

SECRET = "canary-password"
FILLED = {
    "host": "127.0.0.1", "port": 587, "security": "none", "username": "cloud", "password": SECRET,
    "from_address": "cloud@example.org", "from_name": "Cloud",
}  # fmt: skip


def page_of(enterprise, part: str = "mail", *more: int) -> str:
    return reverse(f"notifications:{part}", args=[enterprise.pk, *more])


@pytest.fixture
def sold(world):
    world.reseller, world.boss = made_reseller(world)
    world.provider, world.rival  # noqa: B018  they exist
    return world


def test_a_server_is_set_up_in_its_tab_and_its_password_is_shown_to_nobody(sold):
    boss = browser_of(sold.boss)

    answer = boss.post(page_of(sold.reseller, "server"), FILLED, follow=True)

    server = MailServer.objects.get()
    assert (server.enterprise, server.host) == (sold.reseller, "127.0.0.1")
    assert answer.redirect_chain == [(page_of(sold.reseller), 302)]
    pages = answer.content.decode() + boss.get(page_of(sold.reseller, "server")).content.decode()
    assert "127.0.0.1:587" in pages and "One is set." in pages
    assert SECRET not in pages


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("port", "0", "field-error"),
        ("from_address", "nobody", "field-error"),
        ("username", "", "ENTERPRISE-29"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(sold, field, value, said):
    answer = browser_of(sold.boss).post(page_of(sold.reseller, "server"), FILLED | {field: value})

    assert said in answer.content.decode()
    assert not MailServer.objects.exists()


def test_an_ordinary_enterprise_is_told_that_it_has_none(sold):
    boss = browser_of(sold.boss)

    page = boss.get(page_of(sold.acme)).content.decode()

    assert page_of(sold.acme, "server") not in page
    assert boss.post(page_of(sold.acme, "server"), FILLED).status_code == 409


def test_the_test_button_shows_what_the_server_said(sold, post_office):
    post_office.answers["DATA"].append("250 Queued as 0815")
    browser_of(sold.boss).post(
        page_of(sold.reseller, "server"), FILLED | {"port": post_office.port, "username": ""}
    )
    post_office.set_up(sold.cloud_admin, sold.provider)

    shown = browser_of(sold.cloud_admin).post(page_of(sold.provider, "test")).content.decode()

    assert "250 Queued as 0815" in shown and sold.cloud_admin.email in shown
    assert len(post_office.received) == 1


def test_the_test_button_shows_why_it_failed(sold, post_office):
    post_office.answers["RCPT"].append("550 <b>Go away</b>")
    post_office.set_up(sold.cloud_admin, sold.provider)

    shown = browser_of(sold.cloud_admin).post(page_of(sold.provider, "test")).content.decode()

    assert "550 &lt;b&gt;Go away&lt;/b&gt;" in shown and "notice-error" in shown


def test_mails_are_listed_with_what_became_of_them_and_without_what_they_say(provided, post_office):
    post_office.answers["RCPT"].append("550 No such mailbox")
    for _mail in range(2):
        send_mail(template="password_reset", to=provided.user, context=EXAMPLES["password_reset"])
    deliver_due()
    send_mail(template="email_code", to=provided.user, context=EXAMPLES["email_code"])
    admin = browser_of(provided.cloud_admin)

    page = admin.get(page_of(provided.acme)).content.decode()

    assert "550 No such mailbox" in page and provided.user.email in page
    assert all(word in page for word in ("Queued", "Sent", "Failed"))
    assert "canary" not in page
    failed = admin.get(page_of(provided.acme) + "?state=failed").content.decode()
    assert failed.count("<tr data-row>") == 1
    assert admin.get(reverse("notifications:all")).content.decode().count("<tr data-row>") == 3


def test_a_failed_mail_is_sent_again_from_the_list(provided, post_office):
    post_office.answers["RCPT"].append("550 Not yet")
    mail = send_mail(template="approval_expired", to=provided.user, context=EXAMPLES["approval_expired"])
    deliver_due()

    browser_of(provided.cloud_admin).post(page_of(provided.acme, "retry", mail.pk))

    assert deliver_due() == {"sent": 1}


PARTS = ("mail", "server", "test", "remove", "retry")


@pytest.mark.parametrize("part", PARTS)
def test_strangers_find_nothing_and_who_may_not_is_told_so(sold, part):
    mail = send_mail(template="approval_expired", to=sold.user, context=EXAMPLES["approval_expired"])
    MailMessage.objects.update(state=MailState.FAILED)
    stranger = reseller_admin(sold, sold.rival, nick="stranger")
    path = page_of(sold.acme, part, *([mail.pk] if part == "retry" else []))

    method = "get" if part == "mail" else "post"
    assert getattr(browser_of(stranger), method)(path, FILLED).status_code == 404
    assert getattr(browser_of(sold.admin), method)(path, FILLED).status_code == 403
    assert MailMessage.objects.get().state == MailState.FAILED


def test_a_mail_of_another_enterprise_is_not_sent_again_by_way_of_ones_own(sold):
    mail = send_mail(template="approval_expired", to=sold.rival_admin, context=EXAMPLES["approval_expired"])
    MailMessage.objects.update(state=MailState.FAILED)

    assert browser_of(sold.boss).post(page_of(sold.acme, "retry", mail.pk)).status_code == 404


def test_a_reseller_sees_the_mails_of_its_own_alone(sold):
    for user in (sold.user, sold.boss, sold.rival_admin):
        send_mail(template="approval_expired", to=user, context=EXAMPLES["approval_expired"])

    page = browser_of(sold.boss).get(reverse("notifications:all")).content.decode()

    assert sold.user.email in page and sold.boss.email in page
    assert sold.rival_admin.email not in page


def test_who_may_not_look_after_mail_sees_no_list(sold):
    assert browser_of(sold.admin).get(reverse("notifications:all")).status_code == 403


def test_removing_a_server_says_first_what_is_lost_and_leads_back_from_the_dialog(sold):
    boss = browser_of(sold.boss)
    boss.post(page_of(sold.reseller, "server"), FILLED)

    asked = boss.get(page_of(sold.reseller, "remove")).content.decode()
    done = boss.post(page_of(sold.reseller, "remove"), headers={"HX-Request": "true"})

    assert "password of the server" in asked
    assert (done.status_code, done.headers["HX-Redirect"]) == (204, page_of(sold.reseller))
    assert not MailServer.objects.exists()
