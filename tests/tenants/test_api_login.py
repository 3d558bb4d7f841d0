"""Logging in to the API: Basic, token, session; what is remembered and when it is forgotten."""

import pytest
from django.test import Client

from core.api import authentication, prepared
from tenants.services import set_password, update_user
from tests.api_user import ApiUser, codes, link
from tests.browsing import browser_of
from tests.world import PASSWORD


@pytest.fixture
def verified(monkeypatch):
    """Counts how often a password was really checked."""
    from tenants.api.authentication import UserSource

    times, check = [], UserSource.verify

    def counted(self, *arguments):
        times.append(1)
        return check(self, *arguments)

    monkeypatch.setattr(UserSource, "verify", counted)
    return times


def test_without_credentials_there_is_a_challenge(db):
    answer = ApiUser(None).get("/api/login")
    assert (answer.status_code, codes(answer)) == (401, ["401-UNAUTHORIZED"])
    assert answer["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Basic /w==", "Token x", "Bearer x"]
)
def test_credentials_that_cannot_be_read_are_refused(db, header):
    assert Client().get("/api/login", headers={"Authorization": header}).status_code == 401


def test_a_wrong_password_is_refused_and_does_not_say_whether_the_name_exists(world):
    assert world.admin.pk
    wrong, unknown = ApiUser("anna", "wrong").get("/api/login"), ApiUser("nobody", "wrong").get("/api/login")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_guessing_is_stopped_after_some_failures(world, verified):
    assert world.admin.pk
    for _attempt in range(authentication.FAILURES_ALLOWED + 5):
        answer = ApiUser("anna", "guess").get("/api/login")
    assert (answer.status_code, codes(answer)) == (429, ["429-TOO-MANY-REQUESTS"])
    assert 0 < int(answer["Retry-After"]) <= 60
    assert len(verified) == authentication.FAILURES_ALLOWED


def test_a_verified_password_is_not_checked_again(world, verified):
    assert world.admin.pk
    for _call in range(5):
        assert ApiUser("anna").get("/api/login").status_code == 200
    assert len(verified) == 1


def test_a_new_password_ends_what_was_remembered_at_once(world):
    assert ApiUser(world.admin.nick).get("/api/login").status_code == 200
    set_password(user=world.admin, password="something else entirely")
    assert ApiUser("anna", PASSWORD).get("/api/login").status_code == 401
    assert ApiUser("anna", "something else entirely").get("/api/login").status_code == 200


def test_a_user_switched_off_is_out_at_once(world):
    assert ApiUser(world.user.nick).get("/api/login").status_code == 200
    update_user(actor=world.cloud_admin, user=world.user, is_active=False)
    assert ApiUser("ulf").get("/api/login").status_code == 401


def test_another_role_counts_at_once(world):
    address = f"/api/admin/enterprises/{world.acme.id}/users"
    assert ApiUser(world.user.nick).get(address).json()["totalSize"] == 1
    assert world.admin.pk
    update_user(actor=world.cloud_admin, user=world.user, role=world.roles["ENTERPRISE_ADMIN"])
    assert ApiUser("ulf").get(address).json()["totalSize"] == 2


def test_the_token_from_login_stands_for_the_password(world, verified):
    token = ApiUser(world.admin.nick).get("/api/login")["X-Abiquo-Token"]
    answer = Client().get("/api/login", headers={"Authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()["nick"]) == (200, "anna")
    assert len(verified) == 1


def test_a_token_ends_with_its_time_and_with_the_password(world, monkeypatch):
    token = ApiUser(world.admin.nick).get("/api/login")["X-Abiquo-Token"]
    with monkeypatch.context() as later:
        later.setattr(authentication, "TOKEN_SECONDS", -1)
        assert Client().get("/api/login", headers={"Authorization": f"Token {token}"}).status_code == 401
    set_password(user=world.admin, password="something else entirely")
    assert Client().get("/api/login", headers={"Authorization": f"Token {token}"}).status_code == 401
    assert Client().get("/api/login", headers={"Authorization": f"Token {token}x"}).status_code == 401


def test_a_browser_uses_its_session_and_needs_the_csrf_token_to_change_things(world):
    browser = browser_of(world.admin, enforce_csrf_checks=True)
    assert browser.get("/api/login").json()["nick"] == "anna"
    answer = browser.post("/api/cloud/virtualdatacenters", {}, content_type="application/json")
    assert answer.status_code == 403


def test_login_tells_enterprise_role_and_on_demand_privileges(world):
    anna = ApiUser(world.admin.nick)
    plain, expanded = anna.get("/api/login").json(), anna.get("/api/login?expand=privileges").json()
    assert anna.get(link(plain, "enterprise")).json()["name"] == "Acme"
    assert anna.get(link(plain, "role")).json()["name"] == "ENTERPRISE_ADMIN"
    assert "privileges" not in plain
    assert "VDC_MANAGE" in {each["name"] for each in expanded["privileges"]["collection"]}


def test_the_version_is_plain_text_for_everybody(db, settings):
    answer = ApiUser(None).get("/api/version", Accept="text/plain")
    assert (answer.content.decode(), answer["Content-Type"]) == ("5.2.0", "text/plain; charset=utf-8")


def test_options_tell_the_methods_to_everybody(db):
    answer = ApiUser(None).request("OPTIONS", "/api/cloud/virtualdatacenters")
    assert (answer.status_code, answer.content) == (200, b"")
    assert set(answer["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nowhere", 404, "404-NOT-FOUND"),
        ("GET", "/api/nowhere/", 404, "404-NOT-FOUND"),
        ("POST", "/api/nowhere", 404, "404-NOT-FOUND"),
        ("DELETE", "/api/login", 405, "405-METHOD-NOT-ALLOWED"),
    ],
)
def test_addresses_and_methods_that_do_not_exist_are_told_in_the_dialect(world, method, path, status, code):
    answer = ApiUser(world.admin.nick).request(method, path)
    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_trailing_slash_changes_nothing(world):
    anna = ApiUser(world.admin.nick)
    assert anna.get("/api/admin/enterprises/").json() == anna.get("/api/admin/enterprises").json()


def test_a_session_of_a_browser_reads_lists_whose_queries_nobody_has_compiled_yet(world, monkeypatch):
    monkeypatch.setattr(prepared, "_shapes", {})
    number = world.machine.pk
    browser = browser_of(world.user)

    answer = browser.get("/api/cloud/virtualmachines")

    assert [each["id"] for each in answer.json()["collection"]] == [number]
