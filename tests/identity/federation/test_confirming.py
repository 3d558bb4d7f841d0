"""Showing again who one is before what lasts: people who sign in elsewhere are asked there, and anew."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from events.models import Event
from identity.federation.models import ExternalIdentity, SignInProvider
from identity.models import PersonalToken
from tenants.models import User
from tests.api_user import codes
from tests.identity.browser import app_code
from tests.identity.federation.federated import signed_in_as
from tests.identity.federation.test_openid import OLGA, RETURN, begin, consent, sign_in_at
from tests.identity.federation.test_saml import SILKE
from tests.identity.federation.test_saml import begin as begin_saml
from tests.identity.federation.test_saml import post as post_saml
from tests.peers import directory
from tests.peers.saml_provider import SamlProvider

NEW_TOKEN = "/account/tokens/new/"
TOKEN = {"name": "nightly", "days": "30", "extent": "looking"}
CONFIRM = "/accounts/confirm/"


def asked_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def mallory(federated, scripted):
    """A browser of somebody who signed in through the scripted provider, and that provider."""
    cache.clear()
    scripted.claims = {"sub": "mallory-1", **OLGA, "preferred_username": "mallory"}
    scripted.forge, scripted.nonce = None, ""
    federated.openid(scripted.url)
    browser, _status = sign_in_at(scripted)
    assert signed_in_as(browser) == "mallory"
    return browser, scripted


def led_to_provider(browser: Client, next_url: str = NEW_TOKEN) -> str:
    """Where the page "Is it you?" sends the browser."""
    return browser.post(CONFIRM, {"next": next_url})["Location"]


def answer_confirmation(browser: Client, provider, next_url: str = NEW_TOKEN, **claims):
    """What the portal says to the provider's answer, which holds these claims besides its nonce."""
    state = provider.remember(led_to_provider(browser, next_url))
    provider.forge = lambda told, _issuer: provider.token(**told | claims)
    return browser.get(RETURN, {"code": "code", "state": state})


def test_who_has_just_signed_in_elsewhere_is_asked_there_and_anew(mallory):
    browser, provider = mallory

    led = browser.get(NEW_TOKEN)
    page = browser.get(led["Location"])
    asked = asked_of(led_to_provider(browser))

    assert urlsplit(led["Location"]).path == CONFIRM
    assert "Corporate asks you once more who you are" in page.content.decode()
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert len(asked["nonce"]) >= 32


def test_a_fresh_answer_opens_what_was_asked_for(mallory):
    browser, provider = mallory

    back = answer_confirmation(browser, provider, auth_time=int(time.time()))
    went_on = browser.get(back["Location"])

    assert went_on["Location"] == NEW_TOKEN
    assert browser.get(NEW_TOKEN).status_code == 200
    assert browser.post(NEW_TOKEN, TOKEN).status_code == 200
    assert PersonalToken.objects.get().user.nick == "mallory"


STALE = {
    "an old session there": {"auth_time": 1_600_000_000},
    "a session of five minutes ago": {"auth_time": "ago"},
    "no word of when": {},
    "a time to come": {"auth_time": 4_000_000_000},
    "a time that is no number": {"auth_time": "now"},
    "a time that is true": {"auth_time": True},
}


@pytest.mark.parametrize("claims", STALE.values(), ids=STALE)
def test_an_answer_that_is_not_fresh_opens_nothing(mallory, claims):
    browser, provider = mallory
    told = {"auth_time": int(time.time()) - 300} if claims.get("auth_time") == "ago" else claims

    answer = answer_confirmation(browser, provider, **told)

    assert (answer.status_code, "NOT_ASKED_AGAIN" in answer.content.decode()) == (403, True)
    assert signed_in_as(browser) == "mallory"
    assert CONFIRM in browser.get(NEW_TOKEN)["Location"]
    assert not PersonalToken.objects.exists()


def test_the_user_info_can_t_make_an_answer_fresh(mallory, monkeypatch):
    browser, provider = mallory
    whole = provider.document
    more = {"sub": "mallory-1", "auth_time": int(time.time())}

    def document(path):
        if path == "/userinfo":
            return more
        extra = {"userinfo_endpoint": f"{provider.url}/userinfo"} if path.startswith("/.well-known/") else {}
        return whole(path) | extra

    cache.clear()
    monkeypatch.setattr(provider, "document", document)

    assert answer_confirmation(browser, provider).status_code == 403


@pytest.mark.parametrize("someone", ["mallory-2", "MALLORY-1"])
def test_somebody_else_s_sign_in_confirms_nobody(mallory, someone):
    browser, provider = mallory

    answer = answer_confirmation(browser, provider, sub=someone, auth_time=int(time.time()))

    assert (answer.status_code, "SOMEBODY_ELSE" in answer.content.decode()) == (403, True)
    assert (signed_in_as(browser), User.objects.filter(auth_type="OPENID").count()) == ("mallory", 1)
    assert CONFIRM in browser.get(NEW_TOKEN)["Location"]


def test_an_answer_confirms_once_and_in_its_own_browser_only(mallory):
    browser, provider = mallory
    thief = sign_in_at(provider)[0]
    state = provider.remember(led_to_provider(browser))
    provider.forge = lambda told, _issuer: provider.token(**told, auth_time=int(time.time()))
    answer = {"code": "code", "state": state}

    assert thief.get(RETURN, answer).status_code == 401
    assert browser.get(RETURN, answer).status_code == 302
    assert browser.get(RETURN, answer).status_code == 401
    assert CONFIRM in thief.get(NEW_TOKEN)["Location"]


def test_the_answer_to_a_sign_in_confirms_nothing(mallory):
    browser, provider = mallory
    provider.forge = lambda told, _issuer: provider.token(**told, auth_time=int(time.time()))
    state = provider.remember(begin(browser))

    browser.get(RETURN, {"code": "code", "state": state})

    assert CONFIRM in browser.get(NEW_TOKEN)["Location"]


def test_a_forged_answer_to_a_confirmation_opens_nothing(mallory):
    browser, provider = mallory

    answer = answer_confirmation(browser, provider, nonce="another", auth_time=int(time.time()))

    assert answer.status_code == 401
    assert CONFIRM in browser.get(NEW_TOKEN)["Location"]


def test_a_form_that_was_sent_goes_on_after_the_confirmation(mallory):
    browser, provider = mallory
    profile = {"name": "Mal", "surname": "Lory", "email": "new@acme.example", "locale": "en_US"}
    asked = browser.post("/account/profile/", profile)

    back = answer_confirmation(browser, provider, "/account/profile/", auth_time=int(time.time()))
    browser.get(back["Location"])

    assert urlsplit(asked["Location"]).path == CONFIRM
    assert User.objects.get(nick="mallory").email == "new@acme.example"


@pytest.mark.parametrize("page", ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", NEW_TOKEN])
def test_every_page_that_changes_what_one_signs_in_with_asks(mallory, page):
    browser, _provider = mallory

    assert urlsplit(browser.get(page)["Location"]).path == CONFIRM


def test_the_api_asks_of_a_session_what_the_pages_ask(mallory):
    browser, provider = mallory
    user = User.objects.get(nick="mallory")
    path = f"/api/admin/enterprises/{user.enterprise_id}/users/{user.pk}/personaltokens"

    before = browser.post(path, {"name": "own"}, content_type="application/json")
    answer_confirmation(browser, provider, auth_time=int(time.time()))
    after = browser.post(path, {"name": "own"}, content_type="application/json")

    assert codes(before) == ["CREDENTIAL_NOT_ENOUGH"]
    assert after.status_code == 201


def test_a_confirmation_does_not_lead_out_of_the_portal(mallory):
    browser, provider = mallory

    back = answer_confirmation(browser, provider, "https://evil.example/", auth_time=int(time.time()))

    assert browser.get(back["Location"])["Location"].startswith("/")
    assert browser.get("/accounts/confirmed/?next=https://evil.example/")["Location"].startswith("/")


def test_whose_provider_is_switched_off_reads_so_and_changes_nothing(mallory):
    browser, _provider = mallory
    SignInProvider.objects.update(is_enabled=False)

    page = browser.get(browser.get(NEW_TOKEN)["Location"])

    assert "is switched off here" in page.content.decode()
    assert browser.post(CONFIRM)["Location"] == CONFIRM


def test_a_second_factor_here_is_another_way(mallory):
    browser, provider = mallory
    activate = "/accounts/2fa/totp/activate/"
    answer_confirmation(browser, provider, activate, auth_time=int(time.time()))
    secret = browser.get(activate).context["form"].secret
    browser.post(activate, {"code": app_code(secret)})
    assert Event.objects.filter(kind="user.second_factor_enabled").exists()
    browser.post("/accounts/logout/")

    again, _status = sign_in_at(provider)
    again.post("/accounts/2fa/authenticate/", {"code": app_code(secret, steps=1)})
    page = again.get(CONFIRM).content.decode()

    assert signed_in_as(again) == "mallory"
    assert "/accounts/2fa/reauthenticate/" in page


def test_who_must_enrol_a_second_factor_gets_through_the_confirmation(mallory):
    browser, provider = mallory
    user = User.objects.get(nick="mallory")
    user.enterprise.two_factor_required = True
    user.enterprise.save()
    browser, _status = sign_in_at(provider)
    activate = "/accounts/2fa/totp/activate/"

    assert browser.get("/")["Location"].endswith("/account/security/enrol/")
    back = answer_confirmation(browser, provider, activate, auth_time=int(time.time()))
    assert browser.get(back["Location"])["Location"] == activate
    assert browser.get(activate).status_code == 200


def test_strangers_have_nothing_to_confirm(world):
    for address in (CONFIRM, "/accounts/confirmed/"):
        assert "/accounts/login/" in Client().get(address)["Location"]


@pytest.mark.server
class TestRealProviders:
    def test_a_real_openid_provider_confirms_with_a_fresh_time_only(self, federated, openid_provider_url):
        federated.openid(openid_provider_url)
        person = f"{openid_provider_url}/users/olga-2"
        requests.put(person, json=OLGA, timeout=10).raise_for_status()
        browser = Client()
        browser.get(consent(begin(browser), "olga-2"))

        requests.put(person, json=OLGA | {"auth_time": 1_600_000_000}, timeout=10).raise_for_status()
        of_long_ago = browser.get(consent(led_to_provider(browser), "olga-2"))
        requests.put(person, json=OLGA, timeout=10).raise_for_status()
        of_now = browser.get(consent(led_to_provider(browser), "olga-2"))

        assert (of_long_ago.status_code, of_now.status_code) == (403, 302)
        assert browser.get(NEW_TOKEN).status_code == 200

    def test_a_directory_is_asked_with_the_password(self, federated, ldap_directory):
        federated.ldap(ldap_directory["url"])
        browser = Client()
        browser.post("/accounts/login/", {"login": "lena", "password": directory.PASSWORD})

        led = browser.get(NEW_TOKEN)["Location"]
        browser.post(led, {"password": "wrong"})
        still = browser.get(NEW_TOKEN).status_code
        browser.post(led, {"password": directory.PASSWORD})

        assert urlsplit(led).path == "/accounts/reauthenticate/"
        assert (still, browser.get(NEW_TOKEN).status_code) == (302, 200)

    def test_a_directory_that_is_away_confirms_nobody(self, federated, ldap_directory):
        provider = federated.ldap(ldap_directory["url"])
        browser = Client()
        browser.post("/accounts/login/", {"login": "lena", "password": directory.PASSWORD})
        provider.parameters |= {"url": "ldap://127.0.0.1:1"}
        provider.save()

        browser.post(browser.get(NEW_TOKEN)["Location"], {"password": directory.PASSWORD})

        assert browser.get(NEW_TOKEN).status_code == 302


@pytest.fixture
def silke(federated, tmp_path):
    """A browser of somebody who signed in through the SAML provider, and that provider."""
    university = SamlProvider(tmp_path)
    federated.saml(university.certificate)
    university.serve(Client().get("/accounts/saml/university/metadata/").content)
    browser = Client()
    post_saml(browser, university.answer(begin_saml(browser), "silke-1", SILKE))
    assert signed_in_as(browser) == "silke"
    return browser, university


def proved_long_ago(response) -> None:
    response.assertion.authn_statement[0].authn_instant = "2020-01-01T00:00:00Z"


def proved_at_no_time(response) -> None:
    response.assertion.authn_statement = []


@pytest.mark.server
class TestSaml:
    def test_the_provider_is_told_to_ask_anew_and_a_fresh_answer_opens(self, silke):
        browser, university = silke
        address = led_to_provider(browser)

        confirmed = post_saml(browser, university.answer(address, "silke-1", SILKE))

        assert university.request_in(address).force_authn == "true"
        assert university.request_in(begin_saml(Client())).force_authn != "true"
        assert confirmed["Location"].startswith("/accounts/confirmed/")
        assert browser.get(NEW_TOKEN).status_code == 200

    @pytest.mark.parametrize(("forge", "status"), [(proved_long_ago, 403), (proved_at_no_time, 401)])
    def test_an_answer_from_an_old_session_opens_nothing(self, silke, forge, status):
        browser, university = silke
        xml = university.answer(led_to_provider(browser), "silke-1", SILKE, forge=forge)

        assert post_saml(browser, xml).status_code == status
        assert CONFIRM in browser.get(NEW_TOKEN)["Location"]

    def test_a_fresh_time_that_is_not_signed_is_not_believed(self, silke):
        browser, university = silke
        address = led_to_provider(browser)
        xml = university.answer(address, "silke-1", SILKE, forge=proved_long_ago)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())

        assert post_saml(browser, xml.replace("2020-01-01T00:00:00Z", now)).status_code == 401
        assert CONFIRM in browser.get(NEW_TOKEN)["Location"]

    def test_somebody_else_confirms_nobody_and_an_answer_serves_once(self, silke):
        browser, university = silke
        other = university.answer(led_to_provider(browser), "eve-1", SILKE | {"uid": ["eve"]})
        own = university.answer(led_to_provider(browser), "silke-1", SILKE)

        assert post_saml(browser, other).status_code == 403
        assert post_saml(browser, own).status_code == 302
        assert post_saml(browser, own).status_code == 401
        assert not ExternalIdentity.objects.filter(subject="eve-1").exists()
