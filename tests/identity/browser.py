"""Somebody's browser without a screen, for the pages of sign-in."""

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from tests.world import PASSWORD

NEW_PASSWORD = "Brand-new-Secret-42"


def signed_in(user, password: str = PASSWORD, **options: str) -> Client:
    """A browser in which the user has entered name and password; ``options`` are headers like REMOTE_ADDR."""
    browser = Client(**options)
    answer = sign_in(browser, user.nick, password)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return browser


def sign_in(browser: Client, nick: str, password: str = PASSWORD):
    """The answer to name and password."""
    return browser.post("/accounts/login/", {"login": nick, "password": password})


def confirmed(user, password: str = PASSWORD) -> Client:
    """A browser whose user has entered the password once more, as sensitive pages ask."""
    browser = signed_in(user, password)
    assert browser.post("/accounts/reauthenticate/", {"password": password}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    """Whether the browser is shown pages of the portal."""
    return browser.get("/account/profile/").status_code == 200


def app_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows now, or some steps of half a minute later."""
    now = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, now[len(now) // 2] + steps))
