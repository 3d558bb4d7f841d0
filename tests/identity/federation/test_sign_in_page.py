"""What the sign-in page offers of providers, and where a mail address leads."""

import pytest
from django.test import Client

from tests.browsing import browser_of

ISSUER = "http://127.0.0.1:1"
CERTIFICATE = "A" * 200


def page(address: str = "/accounts/login/") -> str:
    return Client().get(address).content.decode()


def test_without_providers_the_page_has_the_form_alone(world):
    assert "Other ways to sign in" not in page()


def test_a_provider_for_everybody_has_a_button_that_keeps_where_one_was_going(federated):
    federated.openid(ISSUER)

    text = page("/accounts/login/?next=/machines/")

    assert "Sign in with Corporate" in text
    assert "/accounts/oidc/corporate/login/?next=%2Fmachines%2F" in text
    assert "Your organisation" not in text


def test_who_our_customers_are_is_not_told_to_everybody(federated):
    federated.openid(ISSUER, mail_domains=["acme.example"])
    federated.ldap("ldap://127.0.0.1:1")

    text = page()

    assert "Corporate" not in text and "Directory" not in text and "acme" not in text
    assert "Your mail address tells where you sign in." in text


def discover(email: str, **form: str):
    return Client().post("/accounts/discover/", {"email": email} | form)


def test_a_mail_address_leads_to_the_provider_of_its_domain(federated):
    federated.saml(CERTIFICATE, mail_domains=["acme.example"])

    answer = discover("Lena@ACME.example", next="https://evil.example/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("https://idp.example/sso?SAMLRequest=")


@pytest.mark.parametrize("email", ["lena@other.example", "lena", "", "@", "lena@acme.example@other.example"])
def test_any_other_address_leads_back_to_the_form(federated, email):
    federated.saml(CERTIFICATE, mail_domains=["acme.example"])

    browser = Client()
    led = browser.post("/accounts/discover/", {"email": email})["Location"]

    assert led == "/accounts/login/"
    assert "For this address sign in with your user name and password." in browser.get(led).content.decode()


def test_opening_a_sign_in_by_a_link_asks_first(federated):
    federated.openid(ISSUER)

    text = page("/accounts/oidc/corporate/login/")

    assert "Sign in with Corporate" in text and "Continue" in text


@pytest.mark.parametrize("end", ["", "signup/", "login/error/", "connections/"])
def test_what_the_kit_offers_besides_is_closed(federated, end):
    browser = browser_of(federated.world.user)

    assert browser.get(f"/accounts/3rdparty/{end}").status_code == 404
    assert browser.get(f"/accounts/social/{end}").status_code == 404


def test_the_sign_in_form_needs_its_token(federated):
    federated.openid(ISSUER)
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/accounts/oidc/corporate/login/").status_code == 403
    assert strict.post("/accounts/discover/", {"email": "a@acme.example"}).status_code == 403
