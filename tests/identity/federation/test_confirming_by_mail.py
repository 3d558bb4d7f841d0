"""A mailed code shows who one is where the provider never says when it asked, if that is allowed."""

import re
import time
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from identity.federation.models import SignInProvider
from identity.models import PersonalToken
from identity.services.second_factor import CODE_SECONDS, CONFIRM, SIGN_IN, check_code, send_code
from notifications.models import MailMessage
from notifications.rendering import Body
from tenants.models import User
from tests.identity.browser import app_code
from tests.identity.federation.federated import signed_in_as
from tests.identity.federation.test_confirming import NEW_TOKEN, TOKEN, led_to_provider
from tests.identity.federation.test_openid import OLGA, begin, consent
from tests.identity.federation.test_saml import SILKE
from tests.identity.federation.test_saml import begin as begin_saml
from tests.identity.federation.test_saml import post as post_saml
from tests.peers.saml_provider import SamlProvider

pytestmark = pytest.mark.server
BY_MAIL = "/accounts/confirm/mail/"
ALLOWED = {"confirm_by_mail": True}


def olga_at(url: str) -> Client:
    """A browser in which Olga came in through the real provider, which is told to tell no auth_time."""
    told = OLGA | {"auth_time": None}
    requests.put(f"{url}/users/olga-2", json=told, timeout=10).raise_for_status()
    browser = Client()
    browser.get(consent(begin(browser), "olga-2"))
    return browser


@pytest.fixture
def olga(federated, openid_provider_url):
    cache.clear()
    federated.openid(openid_provider_url, ALLOWED)
    browser = olga_at(openid_provider_url)
    assert signed_in_as(browser)
    return browser


def mailed_code() -> str:
    """The code in the last mail that was written for a confirmation."""
    mail = MailMessage.objects.filter(template="confirmation_code").latest("id")
    return re.search(r"\b\d{6}\b", Body.opened(mail.sealed_body).text)[0]


def confirmed_with(browser: Client, code: str, next_url: str = NEW_TOKEN):
    return browser.post(BY_MAIL, {"code": code, "next": next_url})


def opens(browser: Client) -> bool:
    """Whether what takes a confirmation is open now."""
    return browser.get(NEW_TOKEN).status_code == 200


def test_a_provider_without_a_time_confirms_nobody_and_the_page_says_what_does(olga, openid_provider_url):
    answer = olga.get(consent(led_to_provider(olga), "olga-2"))
    page = olga.get(olga.get(NEW_TOKEN)["Location"]).content.decode()

    assert (answer.status_code, "NOT_ASKED_AGAIN" in answer.content.decode()) == (403, True)
    assert "does not say when it asked you" in answer.content.decode()
    assert BY_MAIL in page
    assert not opens(olga)


def test_the_mailed_code_opens_what_was_asked_for(olga):
    opened = olga.get(f"{BY_MAIL}?next={NEW_TOKEN}").content.decode()
    assert not MailMessage.objects.filter(template="confirmation_code").exists()
    olga.post(BY_MAIL, {"send": "1", "next": NEW_TOKEN})

    back = confirmed_with(olga, mailed_code())

    assert "Send me a code" in opened
    assert olga.get(back["Location"])["Location"] == NEW_TOKEN
    assert olga.post(NEW_TOKEN, TOKEN).status_code == 200
    assert PersonalToken.objects.count() == 1


def test_wrong_used_and_foreign_codes_open_nothing(olga, openid_provider_url):
    olga.post(BY_MAIL, {"send": "1"})
    code = mailed_code()
    thief = olga_at(openid_provider_url)

    assert confirmed_with(thief, code).status_code == 200
    wrong = confirmed_with(olga, f"{(int(code) + 1) % 1_000_000:06d}")
    assert "wrong or too old" in wrong.content.decode()
    assert not opens(olga) and not opens(thief)

    confirmed_with(olga, code)
    assert opens(olga) and not opens(thief)
    assert confirmed_with(olga, code).status_code == 200


def test_a_code_ends_by_our_own_clock(olga, monkeypatch):
    olga.post(BY_MAIL, {"send": "1"})
    code, now = mailed_code(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + CODE_SECONDS + 1)

    assert confirmed_with(olga, code).status_code == 200
    assert not opens(olga)


def test_guessing_ends_after_a_few_tries(olga):
    olga.post(BY_MAIL, {"send": "1"})
    code = mailed_code()
    for each in range(6):
        told = confirmed_with(olga, f"{(int(code) + 1 + each) % 1_000_000:06d}").content.decode()

    assert "Too many wrong codes" in told
    assert confirmed_with(olga, code).status_code == 200
    assert not opens(olga)


def test_a_code_for_signing_in_confirms_nothing_and_the_other_way_round(olga):
    session, user = olga.session, User.objects.get(auth_type="OPENID")
    for made_for, shown_for in ((SIGN_IN, CONFIRM), (CONFIRM, SIGN_IN)):
        send_code(session=session, user=user, purpose=made_for)
        mail = MailMessage.objects.latest("id")
        code = re.search(r"\b\d{6}\b", Body.opened(mail.sealed_body).text)[0]
        with pytest.raises(Exception, match="wrong or too old"):
            check_code(session=session, user=user, code=code, purpose=shown_for)
        check_code(session=session, user=user, code=code, purpose=made_for)


def refuse(provider: SignInProvider, user: User) -> None:
    provider.parameters |= {"confirm_by_mail": False}


def switch_off(provider: SignInProvider, user: User) -> None:
    provider.is_enabled = False


def without_address(provider: SignInProvider, user: User) -> None:
    user.email = ""


@pytest.mark.parametrize("change", [refuse, switch_off, without_address])
def test_the_way_is_closed_unless_it_is_allowed_and_leads_somewhere(olga, change):
    provider, user = SignInProvider.objects.get(), User.objects.get(auth_type="OPENID")
    change(provider, user)
    provider.save()
    User.objects.filter(pk=user.pk).update(email=user.email)
    cache.clear()

    assert BY_MAIL not in olga.get("/accounts/confirm/").content.decode()
    assert urlsplit(olga.get(BY_MAIL)["Location"]).path == "/accounts/confirm/"
    assert urlsplit(olga.post(BY_MAIL, {"send": "1"})["Location"]).path == "/accounts/confirm/"
    assert not MailMessage.objects.filter(template="confirmation_code").exists()


def test_whoever_must_enrol_a_second_factor_gets_there_and_then_mail_is_no_way_any_more(olga):
    user = User.objects.get(auth_type="OPENID")
    user.enterprise.two_factor_required = True
    user.enterprise.save()
    activate = "/accounts/2fa/totp/activate/"
    cache.clear()

    assert urlsplit(olga.get(activate)["Location"]).path == "/accounts/confirm/"
    olga.post(BY_MAIL, {"send": "1", "next": activate})
    confirmed_with(olga, mailed_code(), activate)
    secret = olga.get(activate).context["form"].secret
    olga.post(activate, {"code": app_code(secret)})

    assert BY_MAIL not in olga.get("/accounts/confirm/").content.decode()
    assert "/accounts/2fa/reauthenticate/" in olga.get("/accounts/confirm/").content.decode()
    assert urlsplit(olga.get(BY_MAIL)["Location"]).path == "/accounts/confirm/"


def test_people_of_a_saml_provider_that_ignores_the_question_have_the_same_way(federated, tmp_path):
    university = SamlProvider(tmp_path)
    federated.saml(university.certificate, ALLOWED)
    university.serve(Client().get("/accounts/saml/university/metadata/").content)
    browser = Client()
    post_saml(browser, university.answer(begin_saml(browser), "silke-1", SILKE))

    browser.post(BY_MAIL, {"send": "1"})
    confirmed_with(browser, mailed_code())

    assert opens(browser)


def test_strangers_and_who_has_a_password_here_are_led_elsewhere(world):
    browser = Client()
    browser.force_login(world.user)

    assert "/accounts/login/" in Client().get(BY_MAIL)["Location"]
    assert urlsplit(browser.post(BY_MAIL, {"send": "1"})["Location"]).path == "/accounts/reauthenticate/"
