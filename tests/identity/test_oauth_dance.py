"""The OAuth 1.0a dance by real client libraries, against a server that listens; and what must not work."""

import re
from datetime import timedelta

import pytest
import requests
from django.utils import timezone
from oauthlib.oauth1 import Client as Signer
from requests_oauthlib import OAuth1, OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied

from events.models import Event
from identity.models import AccessToken, Application, RequestToken
from identity.services.oauth_tokens import forget_expired
from tenants.services import update_user
from tests.identity.oauth_client import Dance, verifier_in
from tests.world import PASSWORD

PLAIN = re.compile(r"[A-Za-z0-9._~-]+")


@pytest.fixture
def dance(world, settings, live_server):
    settings.ATRIUM_PUBLIC_URL = ""
    return Dance(live_server.url, world.admin)


def age(model, seconds: int) -> None:
    """Let the rows' time be over since so many seconds."""
    model.objects.update(expires_at=timezone.now() - timedelta(seconds=seconds))


def signed_header(address: str, key: tuple[str, str], access: dict[str, str], **options) -> str:
    """The header of a signed GET, without sending it."""
    signer = Signer(*key, access["oauth_token"], access["oauth_token_secret"], **options)
    return signer.sign(address)[1]["Authorization"]


def test_an_application_acts_for_its_user_once_it_was_allowed_to(dance):
    answer = requests.get(f"{dance.api}/login", auth=dance.signature())
    assert (answer.status_code, answer.json()["nick"]) == (200, "anna")


def test_an_application_that_was_bounded_does_only_what_its_privileges_allow(dance):
    privileges = requests.get(f"{dance.api}/config/privileges", auth=dance.password).json()["collection"]
    ids = {each["name"]: each["id"] for each in privileges}
    chosen = ["AUTHENTICATED", "VDC_ENUMERATE"]
    links = [{"rel": "privilege", "href": f"/api/config/privileges/{ids[name]}"} for name in chosen]
    body = {"name": "Reporter", "links": links}
    made = requests.post(dance.applications, json=body, auth=dance.password).json()
    assert made["privileges"] == chosen
    assert [each["title"] for each in made["links"] if each["rel"] == "privilege"] == chosen
    dance.application = made

    told = requests.get(f"{dance.api}/login?expand=privileges", auth=dance.signature()).json()
    assert {each["name"] for each in told["privileges"]["collection"]} == set(chosen)
    customising = f"{dance.api}/admin/enterprises/{dance.user.enterprise_id}/action/chefelements"
    assert requests.get(customising, auth=dance.password).status_code == 400
    assert requests.get(customising, auth=dance.signature()).status_code == 403
    listed = requests.get(dance.applications, auth=dance.password).json()["collection"]
    assert [each["privileges"] for each in listed] == [chosen]


def test_an_application_is_bounded_by_nothing_its_user_lacks_and_nothing_unknown(dance):
    lacking = requests.post(
        dance.applications, json={"name": "a", "privileges": ["PHYS_DC_MANAGE"]}, auth=dance.password
    )
    assert (lacking.status_code, "PHYS_DC_MANAGE" in lacking.text) == (400, True)
    nowhere = {"name": "a", "links": [{"rel": "privilege", "href": "/api/config/privileges/999999"}]}
    unknown = requests.post(dance.applications, json=nowhere, auth=dance.password)
    assert (unknown.status_code, "PRIVILEGE-0" in unknown.text) == (404, True)
    assert not Application.objects.exists()


def test_the_users_yes_is_a_redirect_that_ends_in_the_verifier(dance):
    assert re.search(r"oauth_verifier=[^&]+$", dance.allow(dance.ask()).headers["Location"])


def test_an_application_is_led_back_to_the_address_it_named(dance):
    dance.callback = "https://reporter.example/back?from=atrium"
    location = dance.allow(dance.ask()).headers["Location"]
    assert location.startswith("https://reporter.example/back?from=atrium&oauth_token=")


@pytest.mark.parametrize(
    "callback",
    ["javascript:alert(1)", "data:text/html,x", "//elsewhere", "https://a@b/", "https:///x", "https://x/#y"],
)
def test_nobody_is_led_to_an_address_that_is_no_page(dance, callback):
    dance.callback = callback
    with pytest.raises(TokenRequestDenied):
        dance.ask()


def test_keys_and_secrets_have_only_characters_that_escaping_leaves_alone(dance):
    asked, access = dance.ask(), dance.access()
    texts = [*dance.key, *asked.values(), access["oauth_token"], access["oauth_token_secret"]]
    assert all(PLAIN.fullmatch(each) for each in texts)


def test_the_secret_is_told_once_and_kept_sealed(dance):
    _key, secret = dance.key
    access = dance.access()
    listed = requests.get(dance.applications, auth=dance.password)
    one = requests.get(f"{dance.applications}/{dance.application['id']}", auth=dance.password)
    rows = [
        *Application.objects.values_list(),
        *AccessToken.objects.values_list(),
        *Event.objects.values_list(),
    ]
    for each in (secret, access["oauth_token_secret"]):
        assert each not in listed.text + one.text + repr(rows)


def test_creating_allowing_and_removing_are_events(dance):
    dance.access()
    requests.delete(f"{dance.applications}/{dance.application['id']}", auth=dance.password)
    kinds = [each for each in Event.objects.order_by("id").values_list("kind", flat=True)]
    told = [each for each in kinds if each.startswith("application.")]
    assert told == ["application.created", "application.allowed", "application.deleted"]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_signatures_over_the_public_address_hold_behind_the_proxy(dance, settings, scheme):
    key, access = dance.key, dance.access()
    settings.ATRIUM_PUBLIC_URL = f"{scheme}://cloud.example"
    header = signed_header(f"{scheme}://cloud.example/api/login?expand=privileges", key, access)
    answer = requests.get(f"{dance.api}/login?expand=privileges", headers={"Authorization": header})
    assert answer.status_code == 200


def test_a_signed_call_is_good_for_one_use(dance):
    header = {"Authorization": signed_header(f"{dance.api}/login", dance.key, dance.access())}
    answers = [requests.get(f"{dance.api}/login", headers=header).status_code for _time in range(3)]
    assert answers == [200, 401, 401]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_with_a_clock_that_is_far_off_is_refused(dance, minutes):
    moment = str(int((timezone.now() + timedelta(minutes=minutes)).timestamp()))
    header = signed_header(f"{dance.api}/login", dance.key, dance.access(), timestamp=moment)
    assert requests.get(f"{dance.api}/login", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/login?expand=privileges"), ("GET", "/admin/roles"), ("POST", "/cloud/virtualdatacenters")],
)
def test_a_signature_holds_for_nothing_but_what_was_signed(dance, method, path):
    header = signed_header(f"{dance.api}/login", dance.key, dance.access())
    answer = requests.request(method, f"{dance.api}{path}", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("wrong", range(4))
def test_every_key_and_secret_counts(dance, wrong):
    access = dance.access()
    parts = [*dance.key, access["oauth_token"], access["oauth_token_secret"]]
    parts[wrong] = parts[wrong][::-1]
    assert requests.get(f"{dance.api}/login", auth=OAuth1(*parts)).status_code == 401


@pytest.mark.parametrize("method", ["PLAINTEXT", "RSA-SHA1"])
def test_signatures_that_prove_nothing_are_refused(dance, method):
    access = dance.access()
    header = (
        f'OAuth oauth_consumer_key="{dance.key[0]}", oauth_token="{access["oauth_token"]}", '
        f'oauth_signature_method="{method}", oauth_timestamp="{int(timezone.now().timestamp())}", '
        f'oauth_nonce="n0nce", oauth_version="1.0", '
        f'oauth_signature="{dance.key[1]}%26{access["oauth_token_secret"]}"'
    )
    assert requests.get(f"{dance.api}/login", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("header", ["OAuth", "OAuth x", 'OAuth oauth_token=""', "OAuth " + "x" * 4_000])
@pytest.mark.parametrize("path", ["/login", "/oauth/request_token", "/oauth/access_token"])
def test_headers_that_cannot_be_read_are_refused(dance, header, path):
    method = "POST" if "oauth" in path else "GET"
    answer = requests.request(method, f"{dance.api}{path}?q=a b%", headers={"Authorization": header})
    assert answer.status_code in (400, 401)


def test_the_form_in_a_body_is_signed_too(dance):
    access = dance.access()
    session = OAuth1Session(*dance.key, access["oauth_token"], access["oauth_token_secret"])
    request = requests.Request("POST", dance.applications, data={"name": "x"})
    prepared = session.prepare_request(request)
    assert session.send(prepared).status_code != 401
    prepared = session.prepare_request(request)
    prepared.body = "name=y"
    assert session.send(prepared).status_code == 401


def test_without_the_users_yes_there_is_no_access(dance):
    asked = dance.ask()
    assert dance.exchange(asked, "guessed-verifier").status_code == 401
    verifier_in(dance.allow(asked))
    assert dance.exchange(asked, "guessed-verifier").status_code == 401
    assert not AccessToken.objects.exists()


def test_a_verifier_is_good_for_one_access_token(dance):
    asked = dance.ask()
    verifier = verifier_in(dance.allow(asked))
    answers = [dance.exchange(asked, verifier).status_code for _time in range(2)]
    assert answers == [200, 401]
    assert dance.allow(asked).status_code == 404


def test_a_request_is_answered_once(dance):
    asked = dance.ask()
    assert [dance.allow(asked).status_code for _time in range(2)] == [302, 404]


def test_a_request_token_ends_after_its_ten_minutes(dance):
    asked, late = dance.ask(), dance.ask()
    verifier = verifier_in(dance.allow(asked))
    age(RequestToken, 1)
    assert dance.allow(late).status_code == 404
    assert dance.exchange(asked, verifier).status_code == 401
    forget_expired()
    assert not RequestToken.objects.exists()


@pytest.mark.parametrize("nick", ["ulf", "rita", "root"])
def test_nobody_answers_for_somebody_elses_application(dance, world, nick):
    for each in (world.user, world.rival_admin, world.cloud_admin):
        assert each.pk
    asked, auth = dance.ask(), (nick, PASSWORD)
    foreign, unknown = dance.allow(asked, auth=auth), dance.allow({"oauth_token": "unknown"}, auth=auth)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()


def test_asking_for_consent_takes_a_login(dance):
    address = f"{dance.api}/oauth/authorize?oauth_token={dance.ask()['oauth_token']}"
    answer = requests.get(address, allow_redirects=False)
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_an_access_token_ends_with_its_time(dance, settings):
    settings.ATRIUM_OAUTH_ACCESS_SECONDS = 60
    signature = dance.signature()
    assert 0 < (AccessToken.objects.get().expires_at - timezone.now()).total_seconds() <= 60
    age(AccessToken, 1)
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 401
    forget_expired()
    assert not AccessToken.objects.exists()


def test_access_can_be_without_end(dance, settings):
    settings.ATRIUM_OAUTH_ACCESS_SECONDS = 0
    signature = dance.signature()
    forget_expired()
    assert AccessToken.objects.get().expires_at is None
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 200


def test_removing_an_application_ends_its_access_at_once(dance):
    signature = dance.signature()
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 200
    gone = requests.delete(f"{dance.applications}/{dance.application['id']}", auth=dance.password)
    assert gone.status_code == 204
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 401


def test_a_user_switched_off_ends_the_access_of_their_applications_at_once(dance, world):
    signature = dance.signature()
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 200
    update_user(actor=world.cloud_admin, user=dance.user, is_active=False)
    assert requests.get(f"{dance.api}/login", auth=signature).status_code == 401


def test_an_application_may_not_give_out_further_access(dance):
    signature, asked = dance.signature(), dance.ask()
    assert "X-Abiquo-Token" not in requests.get(f"{dance.api}/login", auth=signature).headers
    assert dance.allow(asked, auth=signature).status_code == 401
    made = requests.post(dance.applications, json={"name": "More"}, auth=signature)
    assert (made.status_code, made.json()["collection"][0]["code"]) == (403, "CREDENTIAL_NOT_ENOUGH")


def test_the_application_that_asked_is_found_by_its_request_token(dance):
    asked = dance.ask()
    found = requests.get(
        dance.applications, params={"oauth_token": asked["oauth_token"]}, auth=dance.password
    )
    assert [each["name"] for each in found.json()["collection"]] == ["Reporter"]
    none = requests.get(dance.applications, params={"oauth_token": "other"}, auth=dance.password)
    assert none.json()["collection"] == []


def test_applications_of_others_are_for_those_who_manage_applications(dance, world):
    assert dance.key and world.cloud_admin.pk and world.user.pk
    address = f"{dance.applications}/{dance.application['id']}"
    assert requests.get(address, auth=("ulf", PASSWORD)).status_code == 404
    assert requests.get(address, auth=("root", PASSWORD)).json()["name"] == "Reporter"
    made = requests.post(dance.applications, json={"name": "Mine?"}, auth=("root", PASSWORD))
    assert made.status_code == 403
    assert requests.delete(address, auth=("root", PASSWORD)).status_code == 204


def test_when_an_access_token_was_used_is_noted(dance):
    requests.get(f"{dance.api}/login", auth=dance.signature())
    assert AccessToken.objects.get().last_used_at is not None
