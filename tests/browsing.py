"""A browser in which somebody is signed in already; ``tests/identity/browser.py`` enters the password."""

from typing import Any

from django.test import Client


def browser_of(user: Any, **options: Any) -> Client:
    """``options`` are those of Django's client."""
    browser = Client(**options)
    browser.force_login(user)
    return browser
