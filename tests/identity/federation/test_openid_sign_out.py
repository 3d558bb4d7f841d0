"""Signing out at the provider as well, and because the provider says so; how one proved who one is there."""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from events.models import Event
from identity.federation.models import SignInProvider
from identity.federation.oidc.tokens import LOGOUT
from identity.models import BrowserSession
from tenants.models import User
from tests.identity.browser import is_in, signed_in
from tests.identity.federation.federated import nobody_came_of_it, signed_in_as
from tests.identity.federation.test_openid import OLGA, begin, consent, sign_in_at
from tests.peers.openid_provider import CLIENT

SIGN_OUT = "/accounts/logout/"
BACK_CHANNEL = "/accounts/oidc/corporate/back-channel/"


def parameters_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def claims_in(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


@pytest.fixture
def issuer(federated, scripted, monkeypatch):
    """The scripted provider, which also has a place to sign out at."""
    cache.clear()
    scripted.claims = {"sub": "mallory-1", **OLGA, "preferred_username": "mallory"}
    scripted.forge, scripted.nonce = None, ""
    whole = scripted.document
    place = {"end_session_endpoint": f"{scripted.url}/goodbye?realm=acme"}
    monkeypatch.setattr(
        scripted, "document", lambda path: whole(path) | (place if path.startswith("/.well-known/") else {})
    )
    federated.openid(scripted.url)
    return scripted


def change_parameters(**changes) -> None:
    provider = SignInProvider.objects.get()
    provider.parameters |= changes
    provider.save()


@pytest.mark.server
def test_who_signs_out_here_is_signed_out_at_the_real_provider_and_led_back(federated, openid_provider_url):
    cache.clear()
    federated.openid(openid_provider_url)
    requests.put(f"{openid_provider_url}/users/olga-3", json=OLGA, timeout=10).raise_for_status()
    browser = Client()
    browser.get(consent(begin(browser), "olga-3"))

    led = browser.post(SIGN_OUT)["Location"]
    page = requests.get(led, timeout=10)
    told = parameters_of(led)
    back = requests.post(
        f"{openid_provider_url}/oauth2/end_session/confirm",
        data={"redirect_uri": told["post_logout_redirect_uri"]},
        allow_redirects=False,
        timeout=10,
    )

    assert signed_in_as(browser) == ""
    assert led.startswith(f"{openid_provider_url}/oauth2/end_session?")
    assert page.status_code == 200
    assert (claims_in(told["id_token_hint"])["sub"], told["client_id"]) == ("olga-3", CLIENT)
    assert back.headers["Location"] == "http://testserver/accounts/login/"


def test_an_address_with_a_query_of_its_own_keeps_it(issuer):
    browser, _status = sign_in_at(issuer)

    told = parameters_of(browser.post(SIGN_OUT)["Location"])

    assert (told["realm"], told["client_id"]) == ("acme", CLIENT)


def test_a_token_too_long_for_an_address_is_left_out(issuer):
    issuer.claims["filler"] = "x" * 5_000
    browser, _status = sign_in_at(issuer)

    told = parameters_of(browser.post(SIGN_OUT)["Location"])

    assert told["client_id"] == CLIENT
    assert "id_token_hint" not in told


def test_the_session_keeps_the_token_sealed(issuer):
    browser, _status = sign_in_at(issuer)
    kept = json.dumps(Session.objects.get(session_key=browser.session.session_key).get_decoded())
    hint = parameters_of(browser.post(SIGN_OUT)["Location"])["id_token_hint"]

    assert hint not in kept
    assert hint.split(".")[1] not in kept


@pytest.mark.parametrize("case", ["not wanted", "switched off", "no such place", "unencrypted", "away"])
def test_otherwise_signing_out_ends_here(issuer, monkeypatch, case):
    browser, _status = sign_in_at(issuer)
    whole = issuer.document
    if case == "not wanted":
        change_parameters(sign_out_there=False)
    if case == "switched off":
        SignInProvider.objects.update(is_enabled=False)
    if case == "no such place":
        monkeypatch.setattr(issuer, "document", lambda path: {**whole(path), "end_session_endpoint": None})
    if case == "unencrypted":
        change_parameters(issuer="https://login.acme.example")
        found = whole("/.well-known/") | {"end_session_endpoint": "http://login.acme.example/out"}
        monkeypatch.setattr("identity.federation.oidc.farewell.configuration", lambda _provider: found)
    if case == "away":
        change_parameters(issuer="http://127.0.0.1:1")
    cache.clear()

    assert browser.post(SIGN_OUT)["Location"] == "/"
    assert signed_in_as(browser) == ""


def test_who_has_a_password_here_is_not_led_away(world):
    assert signed_in(world.admin).post(SIGN_OUT)["Location"] == "/"


def logout_token(provider, **claims) -> str:
    """A logout token as the provider makes it, with these claims besides or instead."""
    now = int(time.time())
    bare = {"sub": "mallory-1", "sid": "s-1", "jti": f"j-{time.monotonic_ns()}", "events": {LOGOUT: {}}}
    provider.claims = {}
    return provider.token(**{"iat": now, "exp": now + 120} | bare | claims)


def signed_out_by(token: str):
    return Client(enforce_csrf_checks=True).post(BACK_CHANNEL, {"logout_token": token})


@pytest.fixture
def two_browsers(issuer):
    """Two browsers of one person, whose sessions at the provider are s-1 and s-2."""
    browsers = []
    for sid in ("s-1", "s-2"):
        issuer.claims["sid"] = sid
        browsers.append(sign_in_at(issuer)[0])
    return browsers


def test_the_provider_ends_one_session_by_its_name(two_browsers, issuer):
    answer = signed_out_by(logout_token(issuer))

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert [is_in(browser) for browser in two_browsers] == [False, True]
    assert Event.objects.get(kind="user.session_ended").data["why"] == "SIGNED_OUT_AT_PROVIDER"


def test_the_provider_ends_all_sessions_of_a_person(two_browsers, issuer):
    assert signed_out_by(logout_token(issuer, sid=None)).status_code == 400
    token = {name: value for name, value in claims_in(logout_token(issuer)).items() if name != "sid"}

    assert signed_out_by(issuer.token(**token)).status_code == 200
    assert [is_in(browser) for browser in two_browsers] == [False, False]


def test_nobody_else_is_signed_out(two_browsers, issuer, federated):
    local = signed_in(federated.world.admin)

    assert signed_out_by(logout_token(issuer, sub="somebody-else")).status_code == 200
    assert signed_out_by(logout_token(issuer, sid="s-9")).status_code == 200
    assert all(is_in(browser) for browser in (*two_browsers, local))


def test_a_session_that_began_with_a_password_is_not_ended_by_a_provider(two_browsers, issuer):
    User.objects.filter(nick="mallory").update(auth_type="ABIQUO")

    signed_out_by(logout_token(issuer))

    assert BrowserSession.objects.count() == 2


FORGED = {
    "used again": {"jti": "spent"},
    "a nonce": {"nonce": "n"},
    "no events": {"events": None},
    "another event": {"events": {"http://schemas.openid.net/event/other": {}}},
    "no name of its own": {"jti": None},
    "nobody": {"sub": None, "sid": None},
    "another audience": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://other.example"},
    "ended": {"exp": 1_600_000_000},
    "no near end": {"exp": 4_000_000_000},
    "no end": {"exp": None},
    "a subject that is no text": {"sub": ["mallory-1"]},
}


@pytest.mark.parametrize("claims", FORGED.values(), ids=FORGED)
def test_a_logout_token_that_is_not_in_order_ends_nothing(two_browsers, issuer, claims):
    if claims == {"jti": "spent"}:
        assert signed_out_by(logout_token(issuer, jti="spent", sid="s-9")).status_code == 200

    assert signed_out_by(logout_token(issuer, **claims)).status_code == 400
    assert all(is_in(browser) for browser in two_browsers)


def test_what_is_no_logout_token_ends_nothing(two_browsers, issuer):
    whole = logout_token(issuer)
    for text in ("", "a.b.c", "x" * 20_000, whole.rpartition(".")[0] + ".", whole[:-4] + "AAAA"):
        assert signed_out_by(text).status_code == 400, text[:40]
    assert all(is_in(browser) for browser in two_browsers)


def test_the_back_channel_takes_posts_for_providers_that_are_there(issuer):
    assert Client().get(BACK_CHANNEL).status_code == 405
    assert Client().post("/accounts/oidc/nobody/back-channel/").status_code == 404
    SignInProvider.objects.update(is_enabled=False)
    assert Client().post(BACK_CHANNEL).status_code == 404


def signed_in_with(provider, **claims) -> tuple[Client, int]:
    provider.forge = lambda told, _issuer: provider.token(**told | claims)
    return sign_in_at(provider)


def test_classes_of_authentication_are_asked_for_and_the_answer_must_name_one(issuer):
    change_parameters(acr_values=["phr", "urn:acme:strong"])

    asked = parameters_of(begin(Client()))
    outcomes = [signed_in_with(issuer, **told)[1] for told in ({}, {"acr": "weak"}, {"acr": ["phr"]})]
    browser, status = signed_in_with(issuer, acr="phr")

    assert asked["acr_values"] == "phr urn:acme:strong"
    assert outcomes == [401, 401, 401]
    assert (status, signed_in_as(browser)) == (302, "mallory")


def test_a_greatest_age_of_the_session_there_is_asked_for_and_enforced(issuer):
    change_parameters(max_age_seconds=3_600)
    now = int(time.time())

    asked = parameters_of(begin(Client()))
    refused = [signed_in_with(issuer, **told) for told in ({}, {"auth_time": now - 4_000})]
    came_of_it = [nobody_came_of_it(browser, "mallory") for browser, _status in refused]
    browser, status = signed_in_with(issuer, auth_time=now - 3_000)

    assert asked["max_age"] == "3600" and "prompt" not in asked
    assert [status for _browser, status in refused] == [403, 403]
    assert came_of_it == [True, True]
    assert (status, signed_in_as(browser)) == (302, "mallory")
