"""The pages of tokens, of applications, and of consent, as a browser without a screen sees them."""

import re

import pytest
from django.test import Client

from events.models import Event
from identity.models import AccessToken, Application, PersonalToken, RequestToken
from identity.services.applications import create_application
from identity.services.oauth_tokens import keep_request_token
from identity.services.personal_tokens import create_personal_token
from tests.api_user import ApiUser
from tests.browsing import browser_of
from tests.identity.browser import confirmed, signed_in

NEW_TOKEN = {"name": "nightly", "days": 30, "extent": "everything"}


@pytest.fixture
def browser(world) -> Client:
    return confirmed(world.admin)


@pytest.fixture
def asking(world):
    """A request token of an application of anna's that waits for her answer."""

    def ask(callback: str = "oob", user=None) -> str:
        application, _secret = create_application(actor=user or world.admin, name="Reporter")
        keep_request_token(api_key=application.api_key, key="asked", secret="x", callback=callback)
        return "asked"

    return ask


def secret_in(answer) -> str:
    return re.search(r'id="secret-\d" value="([^"]+)"', answer.content.decode()).group(1)


def test_the_tabs_of_my_account_lead_to_tokens_and_applications(browser):
    page = browser.get("/account/profile/").content.decode()
    for address in ("/account/tokens/", "/account/applications/"):
        assert f'href="{address}"' in page
        assert browser.get(address).status_code == 200


def test_who_has_no_tokens_is_told_what_they_are_for(browser):
    page = browser.get("/account/tokens/").content.decode()
    assert "No tokens" in page and "/account/tokens/new/" in page


def test_a_new_token_is_shown_once_and_works(browser):
    answer = browser.post("/account/tokens/new/", NEW_TOKEN)
    token = secret_in(answer)
    assert answer["Cache-Control"] == "no-store"
    assert token not in browser.get("/account/tokens/").content.decode()
    script = Client(headers={"Authorization": f"Bearer {token}"})
    assert script.get("/api/login").json()["nick"] == "anna"


@pytest.mark.parametrize(
    ("extent", "expected"),
    [
        ("everything", (False, None)),
        ("looking", (True, None)),
        ("chosen", (False, ["VDC_ENUMERATE"])),
    ],
)
def test_what_a_token_may_do_is_chosen(browser, extent, expected):
    browser.post("/account/tokens/new/", NEW_TOKEN | {"extent": extent, "privileges": ["VDC_ENUMERATE"]})
    assert PersonalToken.objects.values_list("read_only", "privileges").get() == expected


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "This field is required"),
        ({"extent": "chosen"}, "Choose at least one"),
        ({"extent": "chosen", "privileges": ["PHYS_DC_MANAGE"]}, "not one of the available choices"),
        ({"days": 9_999}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(browser, wrong, told):
    page = browser.post("/account/tokens/new/", NEW_TOKEN | wrong).content.decode()
    assert told in page and "field-error" in page
    assert not PersonalToken.objects.exists()


def test_a_token_is_revoked_after_a_question(browser, world):
    token, _text = create_personal_token(actor=world.admin, name="nightly")
    address = f"/account/tokens/{token.pk}/revoke/"
    assert "Revoke nightly?" in browser.get(address).content.decode()
    assert PersonalToken.objects.exists()
    browser.post(address)
    assert not PersonalToken.objects.exists()


def test_tokens_and_applications_of_others_do_not_exist_for_me(browser, world):
    token, _text = create_personal_token(actor=world.user, name="theirs")
    application, _secret = create_application(actor=world.user, name="theirs")
    for address in (
        f"/account/tokens/{token.pk}/revoke/",
        f"/account/applications/{application.pk}/delete/",
        f"/account/applications/{application.pk}/withdraw/",
    ):
        assert browser.get(address).status_code == browser.post(address).status_code == 404
    assert "theirs" not in browser.get("/account/tokens/").content.decode()
    assert "theirs" not in browser.get("/account/applications/").content.decode()


def test_making_something_that_outlives_the_session_takes_a_recent_sign_in(world):
    browser = signed_in(world.admin)
    for address in ("/account/tokens/new/", "/account/applications/new/"):
        answer = browser.post(address, NEW_TOKEN)
        assert (answer.status_code, "reauthenticate" in answer["Location"]) == (302, True)
    assert not PersonalToken.objects.exists() and not Application.objects.exists()


def test_key_and_secret_of_an_application_are_shown_once(browser):
    new = {"name": "Reporter", "extent": "everything"}
    page = browser.post("/account/applications/new/", new).content.decode()
    key, secret = re.findall(r'id="secret-\d" value="([^"]+)"', page)
    listed = browser.get("/account/applications/").content.decode()
    assert key in listed and secret not in listed


def test_an_application_that_is_bounded_says_so_before_one_allows_it(browser):
    new = {"name": "Reporter", "extent": "chosen", "privileges": ["VDC_ENUMERATE"]}
    assert browser.post("/account/applications/new/", new).status_code == 200
    application = Application.objects.get()
    assert application.privileges == ["VDC_ENUMERATE"]
    assert "1 privilege" in browser.get("/account/applications/").content.decode()

    keep_request_token(api_key=application.api_key, key="asked", secret="x", callback="oob")
    page = browser.get("/account/applications/consent/?oauth_token=asked").content.decode()
    assert "<li>See virtual datacenters</li>" in page and "everything that" not in page


def test_an_application_is_removed_after_a_question(browser, world):
    application, _secret = create_application(actor=world.admin, name="Reporter")
    address = f"/account/applications/{application.pk}/delete/"
    assert "Remove Reporter?" in browser.get(address).content.decode()
    browser.post(address)
    assert not Application.objects.exists()


def test_access_is_taken_back_and_the_application_stays(browser, world):
    application, _secret = create_application(actor=world.admin, name="Reporter")
    AccessToken.objects.create(application=application, key="k", sealed_secret="s")
    browser.post(f"/account/applications/{application.pk}/withdraw/")
    assert Application.objects.exists() and not AccessToken.objects.exists()


def test_a_browser_that_is_led_to_the_api_is_asked_by_a_page(browser, asking):
    answer = browser.get(f"/api/oauth/authorize?oauth_token={asking()}")
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Reporter wants access to your account" in page
    assert RequestToken.objects.get().verifier_hash == ""


def test_a_browser_without_a_session_signs_in_first(asking):
    browser = Client(headers={"Accept": "text/html"})
    answer = browser.get(f"/api/oauth/authorize?oauth_token={asking()}", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=/account/applications/consent/")


def test_only_the_answer_of_the_page_itself_counts(world, asking):
    key = asking()
    browser = browser_of(world.admin, enforce_csrf_checks=True)
    answer = browser.post("/account/applications/consent/", {"oauth_token": key, "answer": "yes"})
    assert answer.status_code == 403
    assert RequestToken.objects.get().verifier_hash == ""


def test_yes_shows_the_code_to_those_who_are_led_nowhere(browser, asking):
    answer = browser.post("/account/applications/consent/", {"oauth_token": asking(), "answer": "yes"})
    assert len(secret_in(answer)) > 20
    assert answer["Cache-Control"] == "no-store"
    assert Event.objects.filter(kind="application.allowed").count() == 1


def test_yes_leads_back_with_the_verifier(browser, asking):
    key = asking("https://reporter.example/back")
    page = browser.get(f"/account/applications/consent/?oauth_token={key}").content.decode()
    assert "https://reporter.example" in page
    answer = browser.post("/account/applications/consent/", {"oauth_token": key, "answer": "yes"})
    assert re.fullmatch(
        r"https://reporter\.example/back\?oauth_token=asked&oauth_verifier=[\w-]+", answer["Location"]
    )


def test_no_ends_the_request(browser, asking):
    browser.post("/account/applications/consent/", {"oauth_token": asking(), "answer": "no"})
    assert not RequestToken.objects.exists()
    assert Event.objects.filter(kind="application.refused").count() == 1


def test_nobody_is_asked_for_an_application_of_somebody_else(browser, asking, world):
    key = asking(user=world.user)
    address = "/account/applications/consent/"
    assert browser.get(f"{address}?oauth_token={key}").status_code == 404
    assert browser.post(address, {"oauth_token": key, "answer": "yes"}).status_code == 404
    assert RequestToken.objects.get().verifier_hash == ""


def test_every_name_is_shown_as_text(browser, world):
    create_application(actor=world.admin, name="<script>alert(1)</script>")
    create_personal_token(actor=world.admin, name="<script>alert(1)</script>")
    for address in ("/account/tokens/", "/account/applications/"):
        assert "<script>alert(1)" not in browser.get(address).content.decode()


def test_a_password_client_can_still_answer_by_itself(world, asking):
    answer = ApiUser(world.admin.nick).get(f"/api/oauth/authorize?oauth_token={asking()}")
    assert answer.status_code == 302
    assert "/account/applications/code/?oauth_token=asked&oauth_verifier=" in answer["Location"]
