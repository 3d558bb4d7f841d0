"""Signing in through a real OpenID provider, and what becomes of answers that are forged or used again."""

import base64
import hmac
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client
from joserfc.jwk import RSAKey

from tenants.models import User
from tests.browsing import browser_of
from tests.identity.federation.federated import SECRET, nobody_came_of_it, refusals, signed_in_as
from tests.peers.openid_provider import CLIENT

BEGIN = "/accounts/oidc/corporate/login/"
RETURN = "/accounts/oidc/corporate/login/callback/"
OLGA = {
    "preferred_username": "olga", "email": "olga@acme.example", "given_name": "Olga", "family_name": "Otter",
    "enterprise": "Acme", "roles": ["administrators", "unknown"],
}  # fmt: skip


def begin(browser: Client, **form: str) -> str:
    """Where the portal sends the browser."""
    answer = browser.post(BEGIN, form)
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def consent(address: str, subject: str, **form: str) -> str:
    """The address in the portal to which the provider sends the browser back."""
    answer = requests.post(address, data={"sub": subject} | form, allow_redirects=False, timeout=10)
    return answer.headers["Location"].removeprefix("http://testserver")


@pytest.fixture
def olga(openid_provider_url):
    """A person of the run's provider; answers the issuer."""
    requests.put(f"{openid_provider_url}/users/olga-1", json=OLGA, timeout=10).raise_for_status()
    return openid_provider_url


@pytest.mark.server
class TestRealProvider:
    def test_a_person_signs_in_and_gets_an_account(self, federated, olga):
        federated.openid(olga)
        browser = Client()

        arrived = browser.get(consent(begin(browser, next="/machines/"), "olga-1"))

        assert (arrived.status_code, arrived["Location"]) == (302, "/machines/")
        assert signed_in_as(browser) == "olga"
        user = User.objects.get(nick="olga")
        assert (user.enterprise, user.role.name, user.auth_type) == (
            federated.acme,
            "ENTERPRISE_ADMIN",
            "OPENID",
        )
        assert (user.full_name, user.email) == ("Olga Otter", "olga@acme.example")

    def test_the_request_carries_state_nonce_and_a_hashed_verifier_and_nothing_from_outside(
        self, federated, olga
    ):
        federated.openid(olga)

        answer = Client().post(f"{BEGIN}?auth_params=nonce%3Dmine%26prompt%3Dnone&scope=admin")
        asked = parse_qs(urlsplit(answer["Location"]).query)

        assert asked["code_challenge_method"] == ["S256"] and asked["code_challenge"][0]
        assert len(asked["state"][0]) >= 16 and len(asked["nonce"][0]) >= 32
        assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
        assert "prompt" not in asked
        assert SECRET not in answer["Location"]

    def test_an_answer_used_again_gets_nobody_in(self, federated, olga):
        federated.openid(olga)
        browser, thief = Client(), Client()
        back = consent(begin(browser), "olga-1")
        browser.get(back)
        browser.post("/accounts/logout/")

        assert browser.get(back).status_code == 401
        assert thief.get(back).status_code == 401
        assert signed_in_as(browser) == signed_in_as(thief) == ""

    def test_a_code_used_again_with_a_state_of_ones_own_gets_nobody_in(self, federated, olga):
        federated.openid(olga)
        browser, thief = Client(), Client()
        back = parse_qs(urlsplit(consent(begin(browser), "olga-1")).query)
        browser.get(RETURN, {"code": back["code"][0], "state": back["state"][0]})

        own = parse_qs(urlsplit(begin(thief)).query)["state"][0]
        answer = thief.get(RETURN, {"code": back["code"][0], "state": own})

        assert answer.status_code == 401
        assert signed_in_as(thief) == ""

    def test_an_unspent_code_of_another_browser_gets_nobody_in(self, federated, olga):
        federated.openid(olga)
        victim, attacker = Client(), Client()
        code = parse_qs(urlsplit(consent(begin(attacker), "olga-1")).query)["code"][0]

        state = parse_qs(urlsplit(begin(victim)).query)["state"][0]
        answer = victim.get(RETURN, {"code": code, "state": state})

        assert answer.status_code == 401
        assert nobody_came_of_it(victim, "olga")

    def test_who_changes_their_mind_reads_so(self, federated, olga):
        federated.openid(olga)
        browser = Client()

        answer = browser.get(consent(begin(browser), "olga-1", action="deny"))

        assert answer.status_code in (200, 401)
        assert "Not signed in" in answer.content.decode()
        assert nobody_came_of_it(browser, "olga")

    def test_who_has_no_role_here_reads_why_and_nothing_is_made(self, federated, olga):
        federated.openid(olga, role_claim="department")
        browser = Client()

        answer = browser.get(consent(begin(browser), "olga-1"))

        assert answer.status_code == 403
        assert "None of your groups at Corporate stands for a role here." in answer.content.decode()
        assert nobody_came_of_it(browser, "olga")
        assert refusals() == ["NO_ROLE"]

    def test_a_local_user_of_the_same_name_is_not_taken_over(self, federated, olga):
        federated.openid(olga)
        User.objects.filter(pk=federated.world.user.pk).update(nick="OLGA")
        browser = Client()

        answer = browser.get(consent(begin(browser), "olga-1"))

        assert answer.status_code == 403
        assert signed_in_as(browser) == ""
        assert User.objects.get(pk=federated.world.user.pk).auth_type == "ABIQUO"
        assert refusals() == ["NICK_TAKEN"]

    def test_somebody_of_another_mail_domain_is_refused(self, federated, olga):
        federated.openid(olga, mail_domains=["rival.example"])
        browser = Client()

        answer = browser.get(consent(begin(browser), "olga-1"))

        assert answer.status_code == 403
        assert refusals() == ["DOMAIN_REFUSED"]


@pytest.fixture
def forger(federated, scripted):
    """A provider whose tokens the test makes; everything else about it is in order."""
    cache.clear()
    scripted.claims = {"sub": "mallory-1", **OLGA, "preferred_username": "mallory"}
    scripted.forge, scripted.nonce = None, ""
    federated.openid(scripted.url)
    return scripted


def sign_in_at(provider) -> tuple[Client, int]:
    browser = Client()
    state = provider.remember(begin(browser))
    return browser, browser.get(RETURN, {"code": "code", "state": state}).status_code


def test_an_answer_in_order_is_taken(forger):
    browser, status = sign_in_at(forger)

    assert (status, signed_in_as(browser)) == (302, "mallory")


FORGERIES = {
    "another nonce": lambda provider, nonce: provider.token(nonce="another"),
    "no nonce": lambda provider, nonce: provider.token(),
    "another audience": lambda provider, nonce: provider.token(nonce=nonce, aud="somebody-else"),
    "several audiences, made for another": lambda provider, nonce: provider.token(
        nonce=nonce, aud=[CLIENT, "other"], azp="other"
    ),
    "no audience": lambda provider, nonce: provider.token(nonce=nonce, aud=None),
    "another issuer": lambda provider, nonce: provider.token(nonce=nonce, iss="https://other.example"),
    "expired": lambda provider, nonce: provider.token(nonce=nonce, exp=1_600_000_000),
    "no end": lambda provider, nonce: provider.token(nonce=nonce, exp=None),
    "not yet": lambda provider, nonce: provider.token(nonce=nonce, nbf=4_000_000_000),
    "no subject": lambda provider, nonce: provider.token(nonce=nonce, sub=None),
    "another key": lambda provider, nonce: provider.token(
        RSAKey.generate_key(2048, {"kid": "first"}, auto_kid=False), nonce=nonce
    ),
    "an unknown key": lambda provider, nonce: provider.token(
        RSAKey.generate_key(2048), {"kid": "unheard-of"}, nonce=nonce
    ),
    "unsigned": lambda provider, nonce: unsigned(provider, nonce),
    "stripped of its signature": lambda provider, nonce: provider.token(nonce=nonce).rpartition(".")[0] + ".",
    "the public key as a shared secret": lambda provider, nonce: signed_with_public_key(provider, nonce),
    "changed claims": lambda provider, nonce: swapped(provider.token(nonce=nonce), provider.token(nonce="x")),
    "no token": lambda provider, nonce: "",
    "a subject of nobody": lambda provider, nonce: provider.token(nonce=nonce, sub=""),
    "a subject too long": lambda provider, nonce: provider.token(nonce=nonce, sub="s" * 191),
    "a subject that is no text": lambda provider, nonce: provider.token(nonce=nonce, sub=["mallory-1"]),
    "no JSON": lambda provider, nonce: "e30.e30.e30",
}


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def unsigned(provider, nonce: str) -> str:
    payload = provider.token(nonce=nonce).split(".")[1]
    header = encoded(b'{"alg": "none", "typ": "JWT"}')
    return f"{header}.{payload}."


def signed_with_public_key(provider, nonce: str) -> str:
    payload = provider.token(nonce=nonce).split(".")[1]
    header = encoded(b'{"alg": "HS256", "kid": "first"}')
    content = f"{header}.{payload}"
    public = provider.key.as_pem(private=False)
    return f"{content}.{encoded(hmac.digest(public, content.encode(), 'sha256'))}"


def swapped(token: str, other: str) -> str:
    """The claims of one under the signature of the other."""
    header, payload, _signature = token.split(".")
    return f"{header}.{payload}.{other.split('.')[2]}"


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_is_not_in_order_gets_nobody_in(forger, forgery):
    forger.forge = lambda told, issuer: FORGERIES[forgery](forger, forger.nonce)

    browser, status = sign_in_at(forger)

    assert status == 401
    assert nobody_came_of_it(browser, "mallory")


def test_a_new_key_of_the_provider_is_fetched_when_it_is_first_used(forger):
    sign_in_at(forger)
    forger.key = RSAKey.generate_key(2048, {"kid": "second", "alg": "RS256"}, auto_kid=False)
    forger.forge = lambda told, issuer: forger.token(header={"kid": "second"}, nonce=forger.nonce)

    browser, status = sign_in_at(forger)

    assert (status, signed_in_as(browser)) == (302, "mallory")
    forger.key = RSAKey.generate_key(2048, {"kid": "first", "alg": "RS256"}, auto_kid=False)


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_no_sign_in_is_tied_to_an_account_that_is_signed_in_already(forger, federated, process):
    browser = browser_of(federated.world.user)
    answer = browser.post(f"{BEGIN}?process={process}")
    state = forger.remember(answer["Location"])

    assert browser.get(RETURN, {"code": "code", "state": state}).status_code == 401
    assert User.objects.filter(nick="mallory").count() == 0


def test_a_provider_that_is_switched_off_has_no_address(federated, scripted):
    federated.openid(scripted.url, is_enabled=False)

    assert Client().post(BEGIN).status_code == 404
    assert Client().get(RETURN).status_code == 404


def test_a_provider_that_is_away_is_told_in_words(federated):
    federated.openid("http://127.0.0.1:1")

    answer = Client().post(BEGIN)

    assert answer.status_code == 502
    assert "The provider can&#x27;t be reached" in answer.content.decode()
    assert SECRET not in answer.content.decode()
