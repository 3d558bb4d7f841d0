"""The second factor: apps, codes by e-mail, recovery codes; asked for by enterprises; by REST."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from events.models import Event
from identity.models import MailSecondFactor
from identity.services import second_factor
from notifications.models import MailMessage
from tenants.models import Enterprise, User
from tests.api_user import ApiUser, codes
from tests.identity.browser import app_code, confirmed, is_in, sign_in, signed_in
from tests.world import PASSWORD

ACTIVATE = "/accounts/2fa/totp/activate/"
SECRET = re.compile(r"[A-Z2-7]{32}")


def mails(template: str = "email_code"):
    return MailMessage.objects.filter(template=template).order_by("id")


def mailed_code(monkeypatch) -> list[str]:
    """Codes as they are written into mails from now on."""
    seen, write = [], second_factor.send_mail

    def noting(**mail):
        seen.append(mail["context"]["code"])
        return write(**mail)

    monkeypatch.setattr(second_factor, "send_mail", noting)
    return seen


def with_app(user) -> tuple[Client, str, list[str]]:
    """A browser whose user has just set up an app: with the app's secret and the recovery codes."""
    browser = confirmed(user)
    secret = SECRET.search(browser.get(ACTIVATE).content.decode()).group()
    answer = browser.post(ACTIVATE, {"code": app_code(secret)}, follow=True)
    return browser, secret, re.findall(r"\b\d{8}\b", answer.content.decode())


def challenged(user) -> Client:
    """A browser that has given the right password and is asked for more."""
    browser = Client()
    answer = sign_in(browser, user.nick)
    assert "/accounts/2fa/authenticate/" in answer["Location"]
    return browser


def answered(browser: Client, code: str):
    return browser.post("/accounts/2fa/authenticate/", {"code": code})


def kinds(user) -> list[str]:
    return list(
        Event.objects.filter(subject_id=user.pk, kind__contains="factor").values_list("kind", flat=True)
    )


def test_an_app_is_set_up_with_a_code_and_asked_at_the_next_sign_in(world):
    with_app(world.admin)
    secret_row = Authenticator.objects.get(user=world.admin, type="totp")

    browser = challenged(world.admin)
    assert not is_in(browser)
    assert answered(browser, "000000").status_code == 200
    assert not is_in(browser)
    assert secret_row.data["secret"].startswith("s1:")
    assert kinds(world.admin) == ["user.second_factor_enabled"]


def test_the_code_of_the_app_opens_and_is_good_once(world):
    _browser, secret, _codes = with_app(world.admin)
    code = app_code(secret, steps=1)

    first, second = challenged(world.admin), challenged(world.admin)
    assert answered(first, code).status_code == 302
    assert is_in(first)
    assert answered(second, code).status_code == 200
    assert not is_in(second)


def test_a_wrong_code_sets_up_nothing(world):
    browser = confirmed(world.admin)
    browser.get(ACTIVATE)
    browser.post(ACTIVATE, {"code": "000000"})
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once_and_each_opens_once(world):
    browser, _secret, recovery = with_app(world.admin)
    assert len(recovery) == 10
    again = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not set(recovery) & set(re.findall(r"\b\d{8}\b", again))

    first, second = challenged(world.admin), challenged(world.admin)
    assert answered(first, recovery[0]).status_code == 302
    assert answered(second, recovery[0]).status_code == 200
    assert answered(second, recovery[1]).status_code == 302


def test_guessing_codes_is_stopped(world):
    _browser, secret, _codes = with_app(world.admin)
    browser = challenged(world.admin)
    for _guess in range(12):
        answered(browser, "000000")
    answered(browser, app_code(secret, steps=1))
    assert not is_in(browser)


def test_changes_of_the_second_factor_ask_for_the_password_again(world):
    browser = signed_in(world.admin)
    for address in (
        ACTIVATE,
        "/account/security/mail/",
        "/account/security/off/",
        "/accounts/2fa/webauthn/add/",
    ):
        assert "/reauthenticate/" in browser.get(address)["Location"], address


def test_codes_by_mail_open_once_and_within_a_minute(world, monkeypatch):
    sent = mailed_code(monkeypatch)
    confirmed(world.admin).post("/account/security/mail/")
    browser = Client()
    assert sign_in(browser, "anna")["Location"] == "/account/code/"
    assert not is_in(browser)

    browser.get("/account/code/")
    assert mails().get().recipient == "anna@example.invalid"
    assert browser.post("/account/code/", {"code": "000000"}).status_code == 200
    assert browser.post("/account/code/", {"code": sent[-1]}).status_code == 302
    assert is_in(browser)

    other = Client()
    sign_in(other, "anna")
    assert other.post("/account/code/", {"code": sent[-1]}).status_code == 200
    other.get("/account/code/")
    monkeypatch.setattr(second_factor, "CODE_SECONDS", -1)
    other.get("/account/code/")
    assert other.post("/account/code/", {"code": sent[-1]}).status_code == 200
    assert not is_in(other)


def test_a_code_by_mail_is_good_in_the_browser_that_asked_for_it_only(world, monkeypatch):
    sent = mailed_code(monkeypatch)
    confirmed(world.admin).post("/account/security/mail/")
    asking, other = Client(), Client()
    for browser in (asking, other):
        sign_in(browser, "anna")
        browser.get("/account/code/")
    assert other.post("/account/code/", {"code": sent[0]}).status_code == 200
    assert asking.post("/account/code/", {"code": sent[0]}).status_code == 302


def test_guessing_mailed_codes_is_stopped_and_no_flood_of_mails_is_sent(world, monkeypatch):
    sent = mailed_code(monkeypatch)
    confirmed(world.admin).post("/account/security/mail/")
    browser = Client()
    sign_in(browser, "anna")
    browser.get("/account/code/")
    for _guess in range(second_factor.TRIES_PER_CODE + 1):
        browser.post("/account/code/", {"code": "0"})
    assert browser.post("/account/code/", {"code": sent[-1]}).status_code == 200
    for _request in range(10):
        browser.get("/account/code/")
    assert mails().count() == second_factor.CODES_IN_TEN_MINUTES


def test_a_recovery_code_opens_in_the_place_of_the_mailed_one(world):
    page = confirmed(world.admin).post("/account/security/mail/").content.decode()
    recovery = re.findall(r"\b\d{8}\b", page)
    browser = Client()
    sign_in(browser, "anna")
    assert browser.post("/account/code/", {"code": recovery[3]}).status_code == 302
    assert is_in(browser)


def test_codes_need_an_address_and_keep_it(world):
    User.objects.filter(pk=world.admin.pk).update(email="")
    refused = confirmed(world.admin).post("/account/security/mail/")
    assert (refused.status_code, MailSecondFactor.objects.count()) == (409, 0)

    browser = confirmed(world.viewer)
    browser.post("/account/security/mail/")
    page = browser.post("/account/profile/", {"name": "Vera", "email": "", "locale": "en_US"})
    assert "switch them off first" in page.content.decode()


def test_an_enterprise_that_asks_for_one_leads_everybody_to_it(world):
    Enterprise.objects.filter(pk=world.acme.pk).update(two_factor_required=True)
    browser = signed_in(world.admin)

    assert browser.get("/machines/")["Location"] == "/account/security/enrol/"
    assert browser.get("/api/cloud/virtualdatacenters").status_code == 403
    assert "Set up an app" in browser.get("/account/security/enrol/").content.decode()
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = SECRET.search(browser.get(ACTIVATE).content.decode()).group()
    browser.post(ACTIVATE, {"code": app_code(secret)})
    assert is_in(browser)
    assert is_in(signed_in(world.rival_admin))


def test_what_the_enterprise_asks_for_cannot_be_switched_off_by_oneself(world):
    browser, _secret, _codes = with_app(world.admin)
    Enterprise.objects.filter(pk=world.acme.pk).update(two_factor_required=True)

    assert browser.post("/account/security/off/").status_code == 409
    browser.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=world.admin, type="totp").exists()


def test_one_s_own_is_switched_off_with_everything_that_belongs_to_it(world):
    browser, _secret, _codes = with_app(world.admin)
    assert browser.post("/account/security/off/").status_code == 302
    assert not Authenticator.objects.exists()
    assert kinds(world.admin)[0] == "user.second_factor_disabled"
    assert is_in(signed_in(world.admin))


USER = "/api/admin/enterprises/{0.enterprise_id}/users/{0.pk}/action/{1}"


def api_enable(user, kind: str, *, actor=None):
    return ApiUser((actor or user).nick).post(USER.format(user, "enable2fa"), {"type": kind})


@pytest.mark.parametrize("kind", ["GOOGLE_AUTHENTICATOR", "EMAIL"])
def test_the_api_switches_one_s_own_on_and_shows_codes_once(world, kind):
    answer = api_enable(world.admin, kind)

    shown = answer.json()
    assert (answer.status_code, shown["provider"], len(shown["scratchCodes"])) == (201, kind, 10)
    assert shown.get("authenticatorURL", "").startswith("otpauth://totp/anna?secret=") == (kind != "EMAIL")
    assert second_factor.uses_second_factor(world.admin)


def test_the_api_refuses_what_makes_no_sense_with_the_contract_s_codes(world):
    assert codes(api_enable(world.admin, "SMS")) == ["2FA-2"]
    assert codes(api_enable(world.user, "EMAIL", actor=world.admin)) == ["2FA-4"]
    assert api_enable(world.user, "EMAIL", actor=world.rival_admin).status_code == 404
    disabled = ApiUser("anna").post(USER.format(world.admin, "disable2fa"))
    assert (disabled.status_code, codes(disabled)) == (409, ["2FA-3"])
    User.objects.filter(pk=world.user.pk).update(email="")
    assert codes(api_enable(world.user, "EMAIL")) == ["2FA-5"]


def test_it_is_switched_on_only_once(world):
    second_factor.enable_mail(actor=world.admin, user=world.admin)
    token = signed_in_token(world.cloud_admin)
    assert token.status_code == 200
    with pytest.raises(second_factor.Conflict) as refusal:
        second_factor.enable_mail(actor=world.admin, user=world.admin)
    assert refusal.value.code == "2FA-1"


def signed_in_token(user):
    return ApiUser(user.nick).get("/api/login")


def test_an_administrator_may_switch_it_off_and_that_is_on_record(world):
    second_factor.enable_mail(actor=world.user, user=world.user)

    refused = ApiUser(world.viewer.nick).post(USER.format(world.user, "disable2fa"))
    assert refused.status_code in (403, 404)
    assert ApiUser(world.admin.nick).post(USER.format(world.user, "disable2fa")).status_code == 204

    told = Event.objects.get(kind="user.second_factor_disabled")
    assert (told.actor_id, told.subject_id) == (world.admin.pk, world.user.pk)
    assert told.changes == {"second_factor": [["email"], []]}


def test_nobody_switches_off_the_second_factor_of_somebody_mightier(world):
    second_factor.enable_mail(actor=world.cloud_admin, user=world.cloud_admin)
    answer = ApiUser(world.admin.nick).post(USER.format(world.cloud_admin, "disable2fa"))
    assert answer.status_code in (403, 404)
    assert second_factor.uses_second_factor(world.cloud_admin)


def test_a_password_alone_opens_no_account_with_a_second_factor_by_the_api(world):
    assert ApiUser(world.admin.nick).get("/api/login").status_code == 200
    second_factor.enable_mail(actor=world.admin, user=world.admin)

    refused = ApiUser("anna").get("/api/login")
    assert (refused.status_code, codes(refused)) == (403, ["SECOND_FACTOR_NEEDED"])
    assert ApiUser("anna", "wrong").get("/api/login").status_code == 401
    Enterprise.objects.filter(pk=world.rival.pk).update(two_factor_required=True)
    assert ApiUser(world.rival_admin.nick).get("/api/login").status_code == 403


def test_no_page_event_or_mail_row_shows_a_secret_of_the_second_factor(world, monkeypatch):
    sent = mailed_code(monkeypatch)
    browser, secret, recovery = with_app(world.admin)
    second_factor.enable_mail(actor=world.user, user=world.user)
    asked = Client()
    sign_in(asked, world.user.nick, PASSWORD)
    asked.get("/account/code/")

    kept = str([list(model.objects.values()) for model in (Event, MailMessage, Authenticator)])
    shown = "".join(
        browser.get(address).content.decode()
        for address in ("/account/security/", "/accounts/2fa/recovery-codes/", "/activity/")
    )
    for canary in (secret, *recovery, *sent):
        assert canary not in kept
        assert canary not in shown


@pytest.mark.parametrize("enable", ["app", "mail", "api"])
def test_sessions_that_began_without_it_end_when_it_is_switched_on(world, enable):
    stolen = signed_in(world.admin)
    if enable == "app":
        own, _secret, _codes = with_app(world.admin)
    elif enable == "mail":
        own = confirmed(world.admin)
        own.post("/account/security/mail/")
    else:
        own = confirmed(world.admin)
        path = USER.format(world.admin, "enable2fa")
        assert own.post(path, {"type": "EMAIL"}, content_type="application/json").status_code == 201

    assert (is_in(own), is_in(stolen)) == (True, False)


def test_the_back_office_shows_nobody_s_second_factor(world):
    assert signed_in(world.cloud_admin).get("/admin/").status_code == 200
    assert signed_in(world.cloud_admin).get("/admin/mfa/authenticator/").status_code == 404
