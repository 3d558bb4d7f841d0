"""Signing out at a real SAML provider (pysaml2), and being signed out by it; what is forged is refused."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from events.models import Event
from identity.federation.models import SignInProvider
from identity.federation.services import update_sign_in_provider
from tests.identity.federation.federated import signed_in_as
from tests.identity.federation.test_saml import AT, SILKE, begin, post
from tests.peers.saml_provider import SLO_URL, SamlProvider

pytestmark = pytest.mark.server
HERE = f"http://testserver{AT}/sls/"
SIGNING = {"sign_requests": True, "slo_url": SLO_URL}


@pytest.fixture(scope="module")
def university(tmp_path_factory):
    return SamlProvider(tmp_path_factory.mktemp("university"))


@pytest.fixture
def provider(federated, university):
    """The provider, which knows us and our key by our metadata."""
    cache.clear()
    federated.saml(university.certificate, SIGNING)
    university.serve(Client().get(f"{AT}/metadata/").content)
    return university


def came_in(provider, subject: str = "silke-1", **claims: list[str]) -> tuple[Client, str]:
    """A browser of somebody who came in, and the provider's name of the session."""
    browser = Client()
    xml = provider.answer(begin(browser), subject, SILKE | claims)
    post(browser, xml)
    assert signed_in_as(browser)
    return browser, re.search(r'SessionIndex="([^"]+)"', xml)[1]


def left(browser: Client) -> str:
    return browser.post("/accounts/logout/")["Location"]


def brought(browser: Client, address: str):
    """What the portal says to what the provider sends by the browser."""
    return browser.get(address.removeprefix("http://testserver"))


def changed(address: str, **values: str | None) -> str:
    """The address with other values; None takes one out."""
    parts = urlsplit(address)
    told = {name: found[0] for name, found in parse_qs(parts.query).items()} | values
    kept = {name: each for name, each in told.items() if each is not None}
    return parts._replace(query=urlencode(kept)).geturl()


def test_our_metadata_are_signed_and_tell_where_people_are_signed_out(provider):
    text = Client().get(f"{AT}/metadata/").content.decode()

    assert f'Location="{HERE}"' in text
    assert 'AuthnRequestsSigned="true"' in text
    assert "SignatureValue" in text and "sha1" not in text
    assert SignInProvider.objects.get().signing_key not in text


def test_what_we_ask_is_signed(provider):
    assert provider.verified(begin(Client()))
    assert not provider.verified(changed(begin(Client()), RelayState="another"))


def test_signing_out_here_signs_out_there_and_comes_back(provider):
    browser, index = came_in(provider)

    address = left(browser)
    asked = provider.logout_request_in(address)
    back = brought(browser, provider.answer_logout(address))
    page = browser.get(back["Location"]).content.decode()

    assert address.startswith(SLO_URL) and provider.verified(address)
    assert (asked.name_id.text, asked.session_index[0].text) == ("silke-1", index)
    assert signed_in_as(browser) == ""
    assert "You are signed out at University as well." in page


def by_nobody(message) -> None:
    message.issuer = None


def by_another(message) -> None:
    message.issuer.text = "https://other.example/metadata"


def elsewhere(message) -> None:
    message.destination = "https://other.example/sls/"


def nowhere(message) -> None:
    message.destination = None


def long_ago(message) -> None:
    message.issue_instant = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_nothing(message) -> None:
    message.in_response_to = None


def to_something_else(message) -> None:
    message.in_response_to = "id-nobody-asked"


NOT_OURS = [by_nobody, by_another, elsewhere, nowhere, long_ago]


def at_our_door(make):
    """A forger of messages whose address is ours, whatever the message says."""

    def address(*arguments, **options) -> str:
        made = make(*arguments, **options)
        return HERE + "?" + urlsplit(made).query

    return address


@pytest.mark.parametrize("forge", [*NOT_OURS, to_nothing, to_something_else])
def test_an_answer_that_is_signed_but_not_to_our_request_says_nothing(provider, forge):
    browser, _index = came_in(provider)

    answer = at_our_door(provider.answer_logout)(left(browser), forge)

    assert brought(browser, answer).status_code == 401


TAMPERED = {
    "no signature": {"Signature": None},
    "no signature at all": {"Signature": None, "SigAlg": None},
    "another signature": {"Signature": "AAAA"},
    "a weak algorithm": {"SigAlg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
    "an unknown algorithm": {"SigAlg": "http://www.w3.org/2000/09/xmldsig#hmac-sha256"},
    "another state": {"RelayState": "another"},
    "no XML": {"SAMLRequest": "AAAA", "SAMLResponse": "AAAA"},
}


@pytest.mark.parametrize("values", TAMPERED.values(), ids=TAMPERED)
def test_a_tampered_answer_says_nothing(provider, values):
    browser, _index = came_in(provider)
    told = {name: each for name, each in values.items() if name != "SAMLRequest"}

    assert brought(browser, changed(provider.answer_logout(left(browser)), **told)).status_code == 401


def test_an_answer_serves_once(provider):
    browser, _index = came_in(provider)
    answer = provider.answer_logout(left(browser))

    assert [brought(browser, answer).status_code for _time in range(2)] == [302, 401]


def test_the_provider_ends_a_session_and_is_answered_with_a_signature(provider):
    browser, index = came_in(provider)
    other, _index = came_in(provider)

    answer = brought(browser, provider.ask_logout(HERE, "silke-1", index))

    assert answer["Location"].startswith(SLO_URL) and provider.verified(answer["Location"])
    assert parse_qs(urlsplit(answer["Location"]).query)["RelayState"] == ["of-the-provider"]
    assert (signed_in_as(browser), signed_in_as(other)) == ("", "silke")
    assert browser.get("/").status_code == 302
    ended = Event.objects.get(kind="user.session_ended")
    assert ended.data["why"] == "SIGNED_OUT_AT_PROVIDER"


def test_a_request_that_names_no_session_ends_all_of_the_person_and_of_nobody_else(provider):
    browsers = [came_in(provider)[0] for _time in range(2)]
    stranger, index = came_in(provider, "eve-1", uid=["eve"], mail=["eve@acme.example"])

    brought(Client(), provider.ask_logout(HERE, "silke-1"))

    assert [signed_in_as(each) for each in browsers] == ["", ""]
    assert signed_in_as(stranger) == "eve"
    brought(Client(), provider.ask_logout(HERE, "silke-1", index))
    assert signed_in_as(stranger) == "eve"


@pytest.mark.parametrize("forge", NOT_OURS)
def test_a_request_that_is_signed_but_not_for_us_now_ends_nothing(provider, forge):
    browser, index = came_in(provider)

    asked = at_our_door(provider.ask_logout)(HERE, "silke-1", index, forge=forge)

    assert brought(Client(), asked).status_code == 401
    assert signed_in_as(browser) == "silke"


@pytest.mark.parametrize("values", TAMPERED.values(), ids=TAMPERED)
def test_a_tampered_request_ends_nothing(provider, values):
    browser, index = came_in(provider)
    told = {name: each for name, each in values.items() if name != "SAMLResponse"}

    assert brought(Client(), changed(provider.ask_logout(HERE, "silke-1", index), **told)).status_code == 401
    assert signed_in_as(browser) == "silke"


def test_a_request_of_somebody_elses_key_ends_nothing(provider, tmp_path):
    browser, index = came_in(provider)
    impostor = SamlProvider(tmp_path)
    impostor.serve(Client().get(f"{AT}/metadata/").content)

    assert brought(Client(), impostor.ask_logout(HERE, "silke-1", index)).status_code == 401
    assert signed_in_as(browser) == "silke"


def test_a_request_serves_once(provider):
    _browser, index = came_in(provider)
    request = provider.ask_logout(HERE, "silke-1", index)

    assert [brought(Client(), request).status_code for _time in range(2)] == [302, 401]


def test_without_the_provider_s_address_or_our_signature_one_signs_out_here_only(federated, university):
    cache.clear()
    row = federated.saml(university.certificate, SIGNING)
    for more in ({"slo_url": ""}, {"sign_out_there": False}, {"sign_requests": False}):
        update_sign_in_provider(
            actor=federated.world.cloud_admin, provider=row, parameters=row.parameters | more
        )
        university.serve(Client().get(f"{AT}/metadata/").content)
        browser, _index = came_in(university)
        assert left(browser).startswith("/"), more
    assert Client().get(f"{AT}/sls/").status_code == 404
    assert not SignInProvider.objects.get().sealed_signing_key


def test_what_is_neither_question_nor_answer_is_told_in_words(provider):
    assert Client().get(f"{AT}/sls/").status_code == 401
    assert Client().post(f"{AT}/sls/").status_code == 405
