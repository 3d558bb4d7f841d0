"""Signing in through a real SAML provider (pysaml2, xmlsec1); tampered and repeated answers are refused."""

import base64
import re
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from django.test import Client

from identity.federation.models import ExternalIdentity, SpentAssertion
from tenants.models import User
from tests.identity.federation.federated import nobody_came_of_it, refusals, signed_in_as
from tests.peers.saml_provider import SamlProvider

pytestmark = pytest.mark.server
AT = "/accounts/saml/university"
SILKE = {
    "uid": ["silke"], "mail": ["silke@acme.example"], "givenName": ["Silke"], "sn": ["Storch"], "o": ["Acme"],
    "groups": ["administrators", "everybody"],
}  # fmt: skip


@pytest.fixture(scope="module")
def university(tmp_path_factory):
    return SamlProvider(tmp_path_factory.mktemp("university"))


@pytest.fixture
def provider(federated, university):
    """The provider, which knows us by our metadata."""
    federated.saml(university.certificate)
    university.serve(Client().get(f"{AT}/metadata/").content)
    return university


def begin(browser: Client, **form: str) -> str:
    return browser.post(f"{AT}/login/", form)["Location"]


def post(browser: Client, xml: str):
    """What the browser gets for an answer it brings from the provider's page."""
    answer = browser.post(f"{AT}/acs/", {"SAMLResponse": base64.b64encode(xml.encode()).decode()})
    return browser.get(answer["Location"]) if answer.status_code == 302 else answer


def test_a_person_signs_in_and_gets_an_account(provider, federated):
    browser = Client()

    arrived = post(browser, provider.answer(begin(browser, next="/machines/"), "silke-1", SILKE))

    assert (arrived.status_code, arrived["Location"]) == (302, "/machines/")
    assert signed_in_as(browser) == "silke"
    user = User.objects.get(nick="silke")
    assert (user.enterprise, user.role.name, user.auth_type) == (federated.acme, "ENTERPRISE_ADMIN", "SAML")
    assert (user.full_name, user.email) == ("Silke Storch", "silke@acme.example")


def test_the_same_person_comes_back_as_the_same_user(provider):
    for _time in range(2):
        browser = Client()
        post(browser, provider.answer(begin(browser), "silke-1", SILKE))
        assert signed_in_as(browser) == "silke"

    assert User.objects.filter(auth_type="SAML").count() == 1


def test_our_metadata_ask_for_signed_assertions_and_offer_no_single_logout_unless_we_sign(provider):
    text = Client().get(f"{AT}/metadata/").content.decode()

    assert 'WantAssertionsSigned="true"' in text
    assert "http://testserver/accounts/saml/university/acs/" in text
    assert "SingleLogoutService" not in text
    assert Client().get(f"{AT}/sls/").status_code == 404


def unsigned(xml: str) -> str:
    return re.sub(r"<(ns\d+):Signature\b.*?</\1:Signature>", "", xml, flags=re.S)


def without_audience(xml: str) -> str:
    return re.sub(r"<ns\d+:AudienceRestriction>.*?</ns\d+:AudienceRestriction>", "", xml, flags=re.S)


def with_second_assertion(xml: str) -> str:
    """Signature wrapping: a forged assertion before the signed one."""
    signed = re.search(r"<(ns\d+):Assertion .*?</\1:Assertion>", xml, flags=re.S)[0]
    forged = unsigned(signed).replace("silke-1", "eve-1").replace("silke", "eve")
    return xml.replace(signed, re.sub(r'ID="[^"]+"', 'ID="forged"', forged, count=1) + signed)


TAMPERED = {
    "another subject": lambda xml: xml.replace("silke-1", "eve-1"),
    "another user name": lambda xml: xml.replace(">silke<", ">eve<"),
    "another group": lambda xml: xml.replace(">everybody<", ">administrators<"),
    "no signature": unsigned,
    "another audience": lambda xml: re.sub(r"(<ns\d+:Audience>)[^<]+", r"\1https://other.example", xml),
    "no audience": without_audience,
    "a later end": lambda xml: re.sub(r'NotOnOrAfter="\d{4}', 'NotOnOrAfter="2099', xml),
    "a second assertion": with_second_assertion,
    "another destination": lambda xml: re.sub(
        r'Destination="[^"]+"', 'Destination="https://o.example/"', xml
    ),
    "another issuer": lambda xml: xml.replace(
        "https://idp.example/metadata", "https://other.example/metadata"
    ),
    "no status": lambda xml: xml.replace("status:Success", "status:Responder"),
    "an entity": lambda xml: (
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        + xml.partition("?>")[2].replace(">silke<", ">&e;<")
    ),
    "no XML": lambda xml: "silke",
    "other XML": lambda xml: "<a/>",
    "nothing": lambda xml: "",
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_tampered_answer_gets_nobody_in(provider, change):
    browser = Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE)
    tampered = TAMPERED[change](xml)
    assert tampered != xml

    answer = post(browser, tampered)

    assert answer.status_code == 401
    assert nobody_came_of_it(browser, "silke", "eve")


def confirmation(response):
    return response.assertion.subject.subject_confirmation[0].subject_confirmation_data


def answers_nobody(response) -> None:
    response.in_response_to = confirmation(response).in_response_to = "id-nobody-asked"


def answers_nothing(response) -> None:
    response.in_response_to = confirmation(response).in_response_to = None


def for_another_audience(response) -> None:
    response.assertion.conditions.audience_restriction[0].audience[0].text = "https://other.example"


def for_any_audience(response) -> None:
    response.assertion.conditions.audience_restriction = []


def for_another_recipient(response) -> None:
    confirmation(response).recipient = "https://other.example/acs"


def ended(response) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    response.assertion.conditions.not_on_or_after = confirmation(response).not_on_or_after = past


def not_begun(response) -> None:
    future = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    response.assertion.conditions.not_before = future


def without_near_end(response) -> None:
    response.assertion.conditions.not_on_or_after = confirmation(response).not_on_or_after = (
        "2099-01-01T00:00:00Z"
    )


def by_another_issuer(response) -> None:
    response.assertion.issuer.text = "https://other.example/metadata"


def without_name(response) -> None:
    response.assertion.subject.name_id = None


@pytest.mark.parametrize(
    "forge",
    [
        answers_nobody, answers_nothing, for_another_audience, for_any_audience, for_another_recipient, ended,
        not_begun, without_near_end, by_another_issuer, without_name,
    ],
)  # fmt: skip
def test_an_answer_that_is_signed_but_not_for_this_sign_in_gets_nobody_in(provider, forge):
    browser = Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE, forge=forge)

    assert post(browser, xml).status_code == 401
    assert nobody_came_of_it(browser, "silke")


@pytest.mark.parametrize("signed", ["response", "nothing"])
def test_an_assertion_without_a_signature_of_its_own_gets_nobody_in(provider, signed):
    browser = Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE, sign=signed)

    assert post(browser, xml).status_code == 401
    assert nobody_came_of_it(browser, "silke")


def test_an_answer_used_again_gets_nobody_in(provider):
    browser, thief = Client(), Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE)
    post(browser, xml)
    browser.post("/accounts/logout/")

    assert post(browser, xml).status_code == 401
    assert post(thief, xml).status_code == 401
    assert signed_in_as(browser) == signed_in_as(thief) == ""


def test_a_stolen_assertion_in_an_answer_to_ones_own_request_gets_nobody_in(provider):
    victim, thief = Client(), Client()
    xml = provider.answer(begin(victim), "silke-1", SILKE)
    own = re.search(r'InResponseTo="([^"]+)"', provider.answer(begin(thief), "thief", SILKE))[1]

    forged = re.sub(r'InResponseTo="[^"]+"', f'InResponseTo="{own}"', xml, count=1)

    assert post(thief, forged).status_code == 401
    assert nobody_came_of_it(thief, "silke")


def test_an_answer_in_somebody_elses_browser_gets_nobody_in(provider):
    attacker, victim = Client(), Client()
    xml = provider.answer(begin(attacker), "silke-1", SILKE)

    assert post(victim, xml).status_code == 401
    assert signed_in_as(victim) == ""


def test_an_answer_of_another_provider_of_ours_is_not_taken(provider, federated, tmp_path):
    other = SamlProvider(tmp_path / "other", "https://other.example/idp")
    federated.saml(other.certificate, {"entity_id": other.entity_id}, name="Other")
    browser = Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE)

    answer = browser.post(
        "/accounts/saml/other/acs/", {"SAMLResponse": base64.b64encode(xml.encode()).decode()}
    )

    assert browser.get(answer["Location"]).status_code == 401
    assert nobody_came_of_it(browser, "silke")


def test_a_comment_inside_a_name_does_not_cut_it_short(provider):
    browser = Client()
    xml = provider.answer(begin(browser), "silke-1", SILKE)

    post(browser, xml.replace("silke-1", "silke<!-- -->-1"))

    assert not ExternalIdentity.objects.exclude(subject="silke-1").exists()


def test_spent_assertions_are_forgotten_when_they_have_ended(provider):
    SpentAssertion.objects.create(digest="old", expires_at=datetime.now(UTC) - timedelta(minutes=1))
    browser = Client()
    post(browser, provider.answer(begin(browser), "silke-1", SILKE))

    assert not SpentAssertion.objects.filter(digest="old").exists()
    assert SpentAssertion.objects.count() == 1


def test_who_has_no_role_here_reads_why(provider, federated):
    browser = Client()
    answer = post(browser, provider.answer(begin(browser), "silke-1", SILKE | {"groups": ["visitors"]}))

    assert answer.status_code == 403
    assert escape("None of your groups at University stands for a role here.") in answer.content.decode()
    assert refusals() == ["NO_ROLE"]


@pytest.mark.parametrize(
    "form", [{}, {"SAMLResponse": ""}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "x" * 300_000}]
)
def test_what_is_no_answer_at_all_is_told_in_words(provider, form):
    browser = Client()
    answer = browser.post(f"{AT}/acs/", form)
    if answer.status_code == 302:
        answer = browser.get(answer["Location"])

    assert answer.status_code == 401
    assert "Not signed in" in answer.content.decode()


def test_addresses_of_no_provider_do_not_exist(world):
    for end in ("login/", "acs/", "acs/finish/", "metadata/"):
        assert Client().post(f"/accounts/saml/nobody/{end}").status_code == 404
