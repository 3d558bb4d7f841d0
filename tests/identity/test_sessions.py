"""Sessions of browsers: listed, ended by their owner and by administrators, limited in number and time."""

import pytest
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.sessions import is_signed_in
from events.models import Event
from identity.agents import program_name
from identity.models import BrowserSession
from identity.services.policy import change_policy
from identity.services.sessions import NOTE, sweep_sessions
from tests.api_user import ApiUser, codes
from tests.identity.browser import is_in, sign_in, signed_in

ROOT, ANNA = "203.0.113.1", "203.0.113.2"


def sessions_of(user):
    return BrowserSession.objects.filter(user=user)


def later(browser: Client, seconds: int, *, field: str = "seen") -> None:
    """Let the browser's session have been seen, or have to end, so much earlier."""
    session = browser.session
    session[NOTE] = session[NOTE] | {field: session[NOTE][field] - seconds}
    session.save()


def test_a_sign_in_is_listed_with_where_it_came_from(world):
    browser = signed_in(world.admin, REMOTE_ADDR=ANNA, HTTP_USER_AGENT="Testbrowser/1")

    page = browser.get("/account/sessions/").content.decode()

    assert ANNA in page
    assert "Testbrowser/1" in page
    assert "This one" in page


def test_everybody_lists_and_ends_only_their_own_sessions(world):
    anna, vera = signed_in(world.admin), signed_in(world.viewer)
    foreign = sessions_of(world.viewer).get()

    assert anna.post(f"/account/sessions/{foreign.pk}/end/").status_code == 404
    assert anna.get("/account/sessions/all/").status_code == 403
    assert is_in(vera)

    other = signed_in(world.admin)
    newest = sessions_of(world.admin).order_by("-id").first()
    assert anna.post(f"/account/sessions/{newest.pk}/end/").status_code == 302
    assert (is_in(anna), is_in(other)) == (True, False)


def test_all_other_sessions_end_at_once(world):
    here, first, second = (signed_in(world.admin) for _browser in range(3))

    here.post("/account/sessions/")

    assert [is_in(browser) for browser in (here, first, second)] == [True, False, False]


def test_who_may_sees_and_ends_the_sessions_of_those_they_know(world):
    root, anna = signed_in(world.cloud_admin), signed_in(world.admin, REMOTE_ADDR=ANNA)

    assert ANNA in root.get("/account/sessions/all/?q=ann").content.decode()
    root.post(f"/account/sessions/{sessions_of(world.admin).get().pk}/end/")

    assert not is_in(anna)
    ended = Event.objects.get(kind="user.session_ended")
    assert (ended.subject_id, ended.actor_id) == (world.admin.pk, world.cloud_admin.pk)


def test_ending_a_session_says_so_to_whoever_holds_its_live_pages(world):
    ended = []

    def note(request, **_rest):
        ended.append(request.session.session_key)

    user_logged_out.connect(note)
    anna = signed_in(world.admin)
    key = anna.session.session_key
    signed_in(world.cloud_admin).post(f"/account/sessions/{sessions_of(world.admin).get().pk}/end/")

    assert ended == [key]
    assert not is_signed_in(world.admin, key)
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_forgets_the_session(world):
    browser = signed_in(world.admin)
    browser.post("/accounts/logout/")
    assert not sessions_of(world.admin).exists()
    assert Event.objects.filter(kind="user.signed_out").count() == 1


def test_an_idle_session_ends_and_one_in_use_goes_on(world):
    change_policy(actor=None, idle_minutes=10)
    browser = signed_in(world.admin)
    later(browser, 9 * 60)
    assert is_in(browser)
    assert is_in(browser)
    later(browser, 11 * 60)
    assert not is_in(browser)


def test_no_session_is_older_than_allowed(world):
    change_policy(actor=None, session_hours=1)
    browser = signed_in(world.admin)
    later(browser, 3601, field="until")
    assert not is_in(browser)


def test_being_used_is_noted_once_a_minute(world):
    browser = signed_in(world.admin)
    seen = sessions_of(world.admin).get().last_seen_at
    is_in(browser)
    assert sessions_of(world.admin).get().last_seen_at == seen
    later(browser, 61)
    is_in(browser)
    assert sessions_of(world.admin).get().last_seen_at > seen


def test_sessions_that_ran_out_are_neither_listed_nor_kept(world):
    browser = signed_in(world.admin)
    signed_in(world.admin, REMOTE_ADDR=ROOT)
    old = sessions_of(world.admin).order_by("id").last()
    BrowserSession.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert ROOT not in browser.get("/account/sessions/").content.decode()
    assert sweep_sessions() == 1


def test_one_session_too_many_ends_the_oldest(world):
    change_policy(actor=None, max_sessions=2)
    browsers = [signed_in(world.admin) for _browser in range(3)]
    assert [is_in(browser) for browser in browsers] == [False, True, True]
    assert sessions_of(world.admin).count() == 2


def test_with_a_warning_the_user_decides_before_anything_else(world):
    change_policy(actor=None, max_sessions=1, too_many_sessions="WARN")
    old = signed_in(world.admin)
    new = signed_in(world.admin)

    assert is_in(old)
    assert new.get("/machines/")["Location"] == "/account/sessions/too-many/"
    assert not is_signed_in(world.admin, new.session.session_key)
    assert "go on here" in new.get("/account/sessions/too-many/").content.decode()
    new.post("/account/sessions/too-many/")

    assert (is_in(old), is_in(new)) == (False, True)
    assert is_signed_in(world.admin, new.session.session_key)


def test_the_session_keeps_its_row_when_its_key_changes(world):
    browser = signed_in(world.admin)
    old = browser.session.session_key
    new_password = {"oldpassword": "correct horse battery staple", "password1": "Brand-new-Secret-42"}
    browser.post("/accounts/password/change/", new_password | {"password2": "Brand-new-Secret-42"})
    row = sessions_of(world.admin).get()
    assert row.session_key == browser.session.session_key != old


def test_the_api_lists_reads_and_ends_sessions(world):
    anna, root = signed_in(world.admin), ApiUser(world.cloud_admin.nick)
    row = sessions_of(world.admin).get()

    listed = root.get("/api/login/sessions", Accept="application/vnd.abiquo.sessions+json").json()[
        "collection"
    ]
    shown = root.get(f"/api/login/sessions/{row.pk}/{world.admin.pk}").json()
    of_key = root.get(f"/api/login/sessions/{row.pk}").json()["collection"]

    assert [each["nick"] for each in listed] == [each["nick"] for each in of_key] == ["anna"]
    assert {"idUser", "key", "authType", "expirationDate", "links"} <= shown.keys()
    assert {each["rel"] for each in shown["links"]} >= {"user", "enterprise"}
    assert anna.session.session_key not in str(listed)
    assert root.delete(f"/api/login/sessions/{row.pk}/{world.admin.pk}").status_code == 204
    assert not is_in(anna)
    again = root.delete(f"/api/login/sessions/{row.pk}/{world.admin.pk}")
    assert (again.status_code, codes(again)) == (404, ["USER-15"])


def test_the_api_ends_all_sessions_of_a_user_one_knows(world):
    browsers = [signed_in(world.admin), signed_in(world.admin)]
    address = f"/api/login/sessions/users/{world.admin.pk}"

    assert ApiUser(world.rival_admin.nick).delete(address).status_code == 404
    assert all(is_in(browser) for browser in browsers)
    assert ApiUser(world.cloud_admin.nick).delete(address).status_code == 204
    assert not any(is_in(browser) for browser in browsers)


def test_by_the_api_too_everybody_sees_their_own_sessions_only(world):
    signed_in(world.admin)
    signed_in(world.user)
    listed = ApiUser("ulf").get("/api/login/sessions").json()["collection"]
    assert [each["nick"] for each in listed] == ["ulf"]
    foreign = sessions_of(world.admin).get()
    assert ApiUser("ulf").get(f"/api/login/sessions/{foreign.pk}/{world.admin.pk}").status_code == 404
    assert ApiUser("ulf").delete(f"/api/login/sessions/users/{world.admin.pk}").status_code in (404, 204)
    assert sessions_of(world.admin).exists()


def test_logging_out_by_the_api_ends_the_browser_session(world):
    browser = signed_in(world.admin)
    assert browser.post("/api/logout").status_code == 204
    assert not is_in(browser)
    assert ApiUser("anna").post("/api/logout").status_code == 204


def test_a_request_of_a_session_costs_no_query_more(world):
    browser = signed_in(world.admin)
    is_in(browser)
    with CaptureQueriesContext(connection) as asked:
        browser.get("/accounts/logout/")
    assert not [query["sql"] for query in asked if "identity_" in query["sql"] or "mfa_" in query["sql"]]


@pytest.mark.parametrize(
    "address", ["/account/sessions/", "/account/security/", "/account/profile/", "/account/policy/"]
)
def test_pages_of_the_account_are_for_people_signed_in(db, address):
    assert "/accounts/login/" in Client().get(address)["Location"]


def test_a_wrong_password_begins_no_session(world):
    sign_in(Client(), world.admin.nick, "wrong")
    assert not BrowserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "—"),
    ],
)
def test_browsers_are_told_by_names_people_know(agent, name):
    assert program_name(agent) == name
