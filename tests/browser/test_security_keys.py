"""A security key, as Chromium's own virtual authenticator: added, asked for at the next sign-in, removed."""

import pytest
from playwright.sync_api import expect

WHO = "demo"


@pytest.fixture
def localhost(portal) -> str:
    """The portal by a name: keys belong to a domain, which an address is not."""
    return portal.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def browser_with_key(chromium):
    """A page in a browser that has a security key plugged in."""
    context = chromium.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    yield page
    context.close()


def give_password(page, url: str, portal) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", WHO)
    page.fill("[name=password]", portal.passwords[WHO])
    page.click("button[type=submit]")


def test_a_security_key_opens_and_a_password_alone_does_not(portal, localhost, browser_with_key, chromium):
    page = browser_with_key
    give_password(page, localhost, portal)
    page.goto(f"{localhost}/accounts/2fa/webauthn/add/")
    page.fill("[name=password]", portal.passwords[WHO])
    page.click("main button[type=submit]")
    page.click("#mfa_webauthn_add")
    expect(page.locator("#recovery_codes")).to_be_visible()

    page.goto(f"{localhost}/accounts/logout/")
    page.click("main button[type=submit]")
    give_password(page, localhost, portal)
    expect(page).to_have_url(f"{localhost}/accounts/2fa/authenticate/")
    without_key = chromium.new_context().new_page()
    give_password(without_key, localhost, portal)
    without_key.goto(f"{localhost}/machines/")
    expect(without_key).to_have_url(f"{localhost}/accounts/2fa/authenticate/")
    without_key.context.close()

    page.click("#mfa_webauthn_authenticate")
    expect(page).to_have_url(f"{localhost}/")
    page.goto(f"{localhost}/account/security/off/")
    page.fill("[name=password]", portal.passwords[WHO])
    page.click("main button[type=submit]")
    expect(page).to_have_url(f"{localhost}/account/security/off/")
    page.click("main button[type=submit]")
    expect(page.get_by_text("was switched off")).to_be_visible()
