"""Changing one's own password, being made to, being locked out, and getting a new one by mail."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from events.models import Event
from identity.models import ResetRequest, SignInFailures
from identity.services.failures import unlock
from identity.services.passwords import answer_reset_requests, reset_token_for
from identity.services.policy import change_policy
from notifications.models import MailMessage
from tenants.models import User
from tests.api_user import ApiUser, codes
from tests.identity.browser import NEW_PASSWORD, is_in, sign_in, signed_in
from tests.world import PASSWORD

CHANGE = "/accounts/password/change/"


def changed(browser: Client, new: str, old: str = PASSWORD):
    return browser.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def events(user: User) -> list[str]:
    return list(
        Event.objects.filter(subject_type="user", subject_id=user.pk)
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_changing_the_password_keeps_this_session_and_ends_the_others(world):
    here, elsewhere = signed_in(world.admin), signed_in(world.admin)

    assert changed(here, NEW_PASSWORD).status_code == 302

    assert is_in(here)
    assert not is_in(elsewhere)
    assert sign_in(Client(), "anna", NEW_PASSWORD).status_code == 302
    assert "user.password_changed" in events(world.admin)


@pytest.mark.parametrize(("old", "new"), [("wrong", NEW_PASSWORD), (PASSWORD, "weak"), (PASSWORD, PASSWORD)])
def test_a_change_that_is_refused_changes_nothing(world, old, new):
    browser = signed_in(world.admin)

    assert changed(browser, new, old).status_code == 200

    assert User.objects.get(nick="anna").check_password(PASSWORD)


def test_a_password_that_is_too_young_cannot_be_changed(world):
    change_policy(actor=None, min_age_days=2)
    browser = signed_in(world.admin)
    assert changed(browser, NEW_PASSWORD).status_code == 302 or world.admin.password_changed_at

    refused = changed(browser, "Another-Secret-43", NEW_PASSWORD)

    assert "2 days after the last change" in refused.content.decode()


def test_who_must_change_the_password_is_led_there_and_nowhere_else(world):
    User.objects.filter(pk=world.admin.pk).update(must_change_password=True)
    browser = signed_in(world.admin)

    assert browser.get("/machines/")["Location"] == CHANGE
    assert browser.get("/machines/", headers={"HX-Request": "true"})["HX-Redirect"] == CHANGE
    assert browser.get("/api/login").status_code == 403
    assert browser.get(CHANGE).status_code == 200
    assert changed(browser, NEW_PASSWORD).status_code == 302
    assert is_in(browser)
    assert not User.objects.get(nick="anna").must_change_password


def test_a_password_that_is_too_old_must_be_changed(world):
    change_policy(actor=None, max_age_days=30)
    User.objects.filter(pk=world.admin.pk).update(password_changed_at=timezone.now() - timedelta(days=31))
    browser = signed_in(world.admin)

    assert browser.get("/machines/")["Location"] == CHANGE
    changed(browser, NEW_PASSWORD)
    assert is_in(browser)


def test_wrong_passwords_lock_the_account_for_everybody_and_a_mail_tells_its_owner(world):
    change_policy(actor=None, lock_after=3, lock_minutes=7)
    for attempt in range(3):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{attempt}"), world.admin.nick, "wrong")

    assert sign_in(Client(), "anna", PASSWORD).status_code == 200
    assert ApiUser("anna").get("/api/login").status_code == 401
    assert events(world.admin).count("user.locked") == 1
    assert MailMessage.objects.filter(template="account_locked").count() == 1


def test_a_lock_ends_with_its_time_or_by_an_administrator(world):
    change_policy(actor=None, lock_after=1)
    sign_in(Client(), world.admin.nick, "wrong")
    User.objects.filter(nick="anna").update(locked_until=timezone.now() - timedelta(seconds=1))
    assert sign_in(Client(), "anna").status_code == 302

    sign_in(Client(), "anna", "wrong")
    assert sign_in(Client(), "anna").status_code == 200
    unlock(actor=world.cloud_admin, user=User.objects.get(nick="anna"))
    assert sign_in(Client(), "anna").status_code == 302


def test_a_right_password_begins_the_count_anew(world):
    change_policy(actor=None, lock_after=3)
    for _round in range(3):
        for _attempt in range(2):
            sign_in(Client(), world.admin.nick, "wrong")
        assert sign_in(Client(), "anna").status_code == 302
        cache.clear()
    assert not SignInFailures.objects.exists()


def test_a_locked_account_a_wrong_password_and_a_stranger_look_the_same(world):
    change_policy(actor=None, lock_after=1)
    User.objects.filter(pk=world.user.pk).update(locked_until=timezone.now() + timedelta(minutes=5))
    User.objects.filter(pk=world.viewer.pk).update(is_active=False)
    assert world.admin.pk
    tried = (("ulf", PASSWORD), ("vera", PASSWORD), ("anna", "wrong"), ("nobody", "wrong"))
    shown = {
        str(sign_in(Client(), nick, password).context["form"].errors).replace(nick, "")
        for nick, password in tried
    }
    assert len(shown) == 1
    told = {str(ApiUser(nick, password).get("/api/login").json()) for nick, password in tried}
    assert len(told) == 1


def test_events_tell_of_sign_ins_and_failures_with_the_address_and_without_what_was_typed(world):
    sign_in(Client(REMOTE_ADDR="192.0.2.9"), world.admin.nick, "Typed-Secret-99")
    signed_in(world.admin, REMOTE_ADDR="192.0.2.10")
    rows = Event.objects.filter(subject_id=world.admin.pk, kind__startswith="user.sign")
    assert {(row.kind, row.source_address) for row in rows} == {
        ("user.sign_in_failed", "192.0.2.9"),
        ("user.signed_in", "192.0.2.10"),
    }
    assert "Typed-Secret-99" not in str(list(Event.objects.values()))


def test_a_forgotten_password_is_replaced_by_a_link_that_is_good_once(world):
    old = signed_in(world.admin)
    browser = Client()

    assert browser.post("/account/recover/", {"name": world.admin.nick}).status_code == 200
    assert answer_reset_requests() == 1
    assert MailMessage.objects.get().recipient == "anna@example.invalid"
    link = f"/account/recover/{reset_token_for(User.objects.get(nick='anna'))}/"
    page = browser.get(link, follow=True)
    assert link not in page.content.decode()
    done = browser.post("/account/recover/here/", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})

    assert "is set" in done.content.decode()
    assert not is_in(old)
    assert sign_in(Client(), "anna", NEW_PASSWORD).status_code == 302
    again = Client()
    again.get(link)
    refused = again.post(
        "/account/recover/here/", {"password": "Another-Secret-43", "again": "Another-Secret-43"}
    )
    assert "not valid any more" in refused.content.decode()


def test_the_new_password_must_obey_the_policy_and_the_link_stays_good_until_then(world):
    browser = Client()
    browser.get(f"/account/recover/{reset_token_for(world.admin)}/")

    for weak in ("weak", "anna-anna-anna-1A", PASSWORD):
        page = browser.post("/account/recover/here/", {"password": weak, "again": weak})
        assert "field-error" in page.content.decode()
    different = browser.post("/account/recover/here/", {"password": NEW_PASSWORD, "again": "x"})
    assert "not the same" in different.content.decode()
    done = browser.post("/account/recover/here/", {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert "is set" in done.content.decode()


def test_asking_for_a_link_answers_the_same_for_every_name_and_mails_only_who_may(world):
    User.objects.filter(pk=world.viewer.pk).update(is_active=False)
    User.objects.filter(pk=world.user.pk).update(auth_type="LDAP")
    assert world.admin.pk
    pages = set()
    for name in ("anna", "ANNA@example.invalid", "nobody", "vera", "ulf"):
        browser = Client()
        pages.add(
            browser.post("/account/recover/", {"name": name}).content.decode().partition("correlation")[0]
        )
    assert len(pages) == 1
    assert ResetRequest.objects.count() == 5

    assert answer_reset_requests() == 2

    assert set(MailMessage.objects.values_list("recipient", flat=True)) == {"anna@example.invalid"}
    assert ResetRequest.objects.count() == 0


def test_asking_again_and_again_sends_no_flood(world):
    assert world.admin.pk
    for _attempt in range(12):
        assert Client().post("/account/recover/", {"name": "anna"}).status_code == 200
    assert answer_reset_requests() == 5


def test_an_installation_may_not_offer_it(world):
    change_policy(actor=None, reset_by_mail=False)
    assert "not sent by mail" in Client().post("/account/recover/", {"name": "anna"}).content.decode()
    answer = ApiUser(None).post("/api/login/action/newpassword?user=anna")
    assert (answer.status_code, codes(answer)) == (409, ["PSW-5"])


def test_the_api_resets_a_password_as_the_contract_says(world):
    asked = ApiUser(None).post(f"/api/login/action/newpassword?challenge=undefined&user={world.admin.nick}")
    assert asked.status_code == 204
    assert answer_reset_requests() == 1
    token = reset_token_for(User.objects.get(nick="anna"))
    address = "/api/login/action/reset?resetPasswordToken={}&newPassword={}"

    weak = ApiUser(None).post(address.format(token, "weak"))
    assert (weak.status_code, codes(weak)[0]) == (400, "PSW-2")
    assert ApiUser(None).post(address.format(token, NEW_PASSWORD)).status_code == 204
    again = ApiUser(None).post(address.format(token, NEW_PASSWORD + "x"))
    assert (again.status_code, codes(again)) == (400, ["REC_1"])
    assert ApiUser("anna", NEW_PASSWORD).get("/api/login").status_code == 200


@pytest.mark.parametrize(
    "token", ["", "x", "MQ", "MQ.", "....", "999999999999999999999999.x", "bm9uZQ.abc-def"]
)
def test_a_token_that_was_never_given_out_opens_nothing(world, token):
    answer = ApiUser(None).post(
        f"/api/login/action/reset?resetPasswordToken={token}&newPassword={NEW_PASSWORD}"
    )
    assert codes(answer) == ["REC_1"]


def test_a_link_ends_with_its_time(world, settings):
    token = reset_token_for(world.admin)
    settings.PASSWORD_RESET_TIMEOUT = -1
    answer = ApiUser(None).post(
        f"/api/login/action/reset?resetPasswordToken={token}&newPassword={NEW_PASSWORD}"
    )
    assert codes(answer) == ["REC_1"]
