"""Signing in: where it leads, what is not offered, and what is told."""

import re

import pytest
from django.test import Client

from tests.browsing import browser_of
from tests.world import PASSWORD

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.mark.parametrize("address", ["password/reset/done/", "password/set/", "email/", "confirm-email/"])
def test_what_would_send_mail_is_closed(world, address):
    browser = browser_of(world.admin)

    assert browser.get(f"/accounts/{address}").status_code == 404
    assert browser.post(f"/accounts/{address}", {"email": "anna@example.invalid"}).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/machines/", "/machines/"),
    ],
)
def test_signing_in_leads_to_no_other_site(world, wanted, reached):
    form = {"login": world.admin.nick, "password": PASSWORD, "next": wanted}

    assert Client().post("/accounts/login/", form)["Location"] == reached


def test_a_wrong_password_does_not_tell_whether_the_name_exists(world):
    known, unknown = world.admin.nick, "annb"
    pages = [
        Client().post("/accounts/login/", {"login": name, "password": "wrong"}).content.decode()
        for name in (known, unknown)
    ]

    shown = [
        TOKEN.sub("", page).replace(name, "") for page, name in zip(pages, (known, unknown), strict=True)
    ]
    assert shown[0] == shown[1]


def test_the_back_office_s_own_sign_in_leads_to_the_guarded_one(db):
    answer = Client().post("/admin/login/", {"username": "root", "password": "guess"})

    assert answer["Location"].startswith("/accounts/login/")
