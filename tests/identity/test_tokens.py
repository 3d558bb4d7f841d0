"""Personal access tokens: what they open, what they leave out, and how they end."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from core.errors import Conflict, Invalid
from events.models import Event
from identity.models import PersonalToken
from identity.services import giving_out
from identity.services.personal_tokens import create_personal_token
from tenants.models import VirtualDatacenterRole
from tenants.services import update_user
from tests.api_user import ApiUser, codes, machine_path


class Bearer(ApiUser):
    """A script that sends a token."""

    def __init__(self, token: str):
        super().__init__(None)
        self.headers["Authorization"] = f"Bearer {token}"


def token_of(user, **options) -> str:
    options.setdefault("name", "script")
    return create_personal_token(actor=user, **options)[1]


def tokens_path(user) -> str:
    return f"/api/admin/enterprises/{user.enterprise_id}/users/{user.pk}/personaltokens"


def test_a_token_stands_for_its_user(world):
    answer = Bearer(token_of(world.admin)).get("/api/login")
    assert (answer.status_code, answer.json()["nick"]) == (200, "anna")


def test_a_token_is_made_by_the_api_and_told_once(world):
    anna = ApiUser(world.admin.nick)
    made = anna.post(tokens_path(world.admin), {"name": "nightly", "readOnly": True})
    assert made.status_code == 201
    token = made.json()["token"]
    assert token.startswith("atr_")
    assert Bearer(token).get(made["Location"]).json()["name"] == "nightly"
    listed = anna.get(tokens_path(world.admin))
    assert [each["name"] for each in listed.json()["collection"]] == ["nightly"]
    kept = repr([*PersonalToken.objects.values_list(), *Event.objects.values_list()])
    assert token not in listed.content.decode() + kept


def test_creating_and_revoking_are_events_but_using_is_none(world):
    anna = ApiUser(world.admin.nick)
    made = anna.post(tokens_path(world.admin), {"name": "nightly"})
    Bearer(made.json()["token"]).get("/api/login")
    assert anna.delete(made["Location"]).status_code == 204
    kinds = Event.objects.filter(subject_type="personal_token").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["personal_token.created", "personal_token.revoked"]


def test_a_revoked_token_is_out_at_once(world):
    anna = ApiUser(world.admin.nick)
    made = anna.post(tokens_path(world.admin), {"name": "nightly"})
    script = Bearer(made.json()["token"])
    assert script.get("/api/login").status_code == 200
    anna.delete(made["Location"])
    assert script.get("/api/login").status_code == 401


def test_a_token_ends_with_its_time_even_while_it_is_remembered(world, monkeypatch):
    script, now = Bearer(token_of(world.admin)), timezone.now()
    assert script.get("/api/login").status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=91))
    assert script.get("/api/login").status_code == 401


def test_a_user_switched_off_is_out_with_their_tokens(world):
    script = Bearer(token_of(world.user))
    assert script.get("/api/login").status_code == 200
    update_user(actor=world.cloud_admin, user=world.user, is_active=False)
    assert script.get("/api/login").status_code == 401


@pytest.mark.parametrize(
    "text", ["", "atr_", "atr_unknown", "x.y.z", "atr_" + "x" * 5_000, "eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_token_of_ours_is_refused(db, text):
    assert Bearer(text).get("/api/login").status_code == 401


def test_a_token_to_look_changes_nothing(world):
    script = Bearer(token_of(world.admin, read_only=True))
    assert script.get(machine_path(world.machine)).status_code == 200
    for method in ("PUT", "DELETE"):
        answer = script.request(method, machine_path(world.machine), {})
        assert (answer.status_code, codes(answer)) == (403, ["TOKEN_READ_ONLY"])


def test_a_token_holds_no_privilege_but_those_it_was_made_for(world):
    script = Bearer(token_of(world.admin, privileges=["VDC_ENUMERATE", "USERS_VIEW"]))
    answer = script.get("/api/login?expand=privileges").json()
    told = {each["name"] for each in answer["privileges"]["collection"]}
    assert told == {"VDC_ENUMERATE", "USERS_VIEW"}
    assert script.post(f"{machine_path(world.machine)}/action/deploy").status_code == 403


def test_a_token_of_somebody_who_sees_everything_sees_what_its_privileges_show(world):
    assert world.rival_admin.pk and world.admin.pk
    narrow = Bearer(token_of(world.cloud_admin, privileges=["USERS_VIEW"]))
    whole = Bearer(token_of(world.cloud_admin))
    names = [
        {each["name"] for each in script.get("/api/admin/enterprises").json()["collection"]}
        for script in (narrow, whole)
    ]
    assert names == [{"Provider"}, {"Acme", "Rival", "Provider"}]


def test_what_the_role_loses_the_token_loses_too(world):
    script = Bearer(token_of(world.admin, privileges=["USERS_VIEW"]))
    address = f"/api/admin/enterprises/{world.acme.id}/users"
    assert world.user.pk and script.get(address).json()["totalSize"] == 2
    update_user(actor=world.cloud_admin, user=world.admin, role=world.roles["USER"])
    assert script.get(address).json()["totalSize"] == 1


def test_a_role_in_a_virtual_datacenter_does_not_widen_a_token(world):
    machine = world.machine
    VirtualDatacenterRole.objects.create(
        user=world.user,
        virtual_datacenter_id=machine.virtual_datacenter_id,
        role=world.roles["ENTERPRISE_ADMIN"],
    )
    script = Bearer(token_of(world.user, privileges=["VDC_ENUMERATE"]))
    assert script.post(f"{machine_path(machine)}/action/deploy").status_code == 403


def test_nobody_makes_a_token_with_rights_they_lack(world):
    with pytest.raises(Invalid, match="PHYS_DC_MANAGE"):
        token_of(world.user, privileges=["PHYS_DC_MANAGE"])


@pytest.mark.parametrize("days", [-1, 0, 367, 40_000])
def test_every_token_ends_within_a_year(world, days):
    with pytest.raises(Invalid):
        token_of(world.admin, expires_at=timezone.now() + timedelta(days=days))


@pytest.mark.parametrize(
    "body", [{}, {"name": " "}, {"name": "x", "expirationDate": "soon"}, {"name": "x" * 200}]
)
def test_what_makes_no_token_is_told(world, body):
    answer = ApiUser(world.admin.nick).post(tokens_path(world.admin), body)
    assert (answer.status_code, codes(answer)) == (400, ["GEN-2"])


def test_nobody_collects_tokens_without_end(world, monkeypatch):
    monkeypatch.setattr(giving_out, "MOST_EACH", 2)
    for _time in range(2):
        token_of(world.admin)
    with pytest.raises(Conflict, match="more than 2"):
        token_of(world.admin)


def test_a_program_makes_no_further_credentials_and_allows_no_application(world):
    script = Bearer(token_of(world.admin))
    made = script.post(tokens_path(world.admin), {"name": "more"})
    assert (made.status_code, codes(made)) == (403, ["CREDENTIAL_NOT_ENOUGH"])
    assert script.get("/api/oauth/authorize?oauth_token=x").status_code == 403
    assert not script.get("/api/login").has_header("X-Abiquo-Token")


def test_tokens_of_others_are_for_those_who_manage_applications(world):
    assert world.rival_admin.pk and world.user.pk
    address = ApiUser(world.admin.nick).post(tokens_path(world.admin), {"name": "mine"})["Location"]
    root = ApiUser(world.cloud_admin.nick)
    assert ApiUser("ulf").get(address).status_code == 404
    assert ApiUser("rita").get(address).status_code == 404
    assert ApiUser("rita").delete(address).status_code == 404
    assert root.get(address).json()["name"] == "mine"
    assert root.post(tokens_path(world.admin), {"name": "for me"}).status_code == 403
    assert root.delete(address).status_code == 204


def test_a_colleague_without_the_privilege_is_told_why(world):
    answer = ApiUser(world.admin.nick).get(tokens_path(world.user))
    assert answer.status_code == 403
    assert "USERS_MANAGE_APPLICATIONS" in answer.json()["collection"][0]["message"]


def test_the_last_use_is_noted_at_most_once_a_minute(world):
    script = Bearer(token_of(world.admin))
    script.get("/api/login")
    first = PersonalToken.objects.get().last_used_at
    script.get("/api/login")
    assert first is not None
    assert PersonalToken.objects.get().last_used_at == first


def test_a_remembered_token_costs_no_more_queries_than_a_remembered_password(
    world, django_assert_max_num_queries
):
    script, password = Bearer(token_of(world.admin)), ApiUser("anna")
    for each in (script, password):
        each.get("/api/version")
        each.get("/api/login")
    counts = []
    for each in (script, password):
        with django_assert_max_num_queries(20) as seen:
            each.get("/api/login")
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_an_account_with_a_new_password_to_choose_may_only_ask_who_it_is(world):
    script = Bearer(token_of(world.admin))
    type(world.admin).objects.filter(pk=world.admin.pk).update(must_change_password=True)
    for each in (script, ApiUser("anna")):
        assert each.get("/api/login").status_code == 200
        refused = each.get("/api/cloud/virtualdatacenters")
        assert (refused.status_code, codes(refused)) == (409, ["PSW-9"])
        assert "choose" in refused.json()["collection"][0]["message"]


def test_a_locked_account_is_out_by_every_way(world):
    script = Bearer(token_of(world.admin))
    until = timezone.now() + timedelta(minutes=5)
    type(world.admin).objects.filter(pk=world.admin.pk).update(locked_until=until)
    assert [each.get("/api/login").status_code for each in (script, ApiUser("anna"))] == [401, 401]


@pytest.mark.parametrize("holder", ["user", "role", "scope"])
def test_programs_come_from_allowed_networks_only(world, holder):
    user = world.cloud_admin
    token = token_of(user)
    row = {"user": user, "role": user.role, "scope": user.scope}[holder]
    type(row).objects.filter(pk=row.pk).update(allowed_networks=["192.0.2.0/24"])
    inside, outside = (
        SimpleNamespace(script=Bearer(token), address=each) for each in ("192.0.2.7", "198.51.100.7")
    )
    statuses = []
    for each in (inside, outside):
        each.script.client.defaults["REMOTE_ADDR"] = each.address
        statuses.append(each.script.get("/api/login").status_code)
    assert statuses == [200, 403]


def test_a_token_that_is_too_narrow_is_told_so(world):
    script = Bearer(token_of(world.admin, privileges=["VDC_ENUMERATE"]))
    answer = script.post(f"{machine_path(world.machine)}/action/deploy")
    told = answer.json()["collection"]
    assert answer.status_code == 403
    assert "VAPP_DEPLOY_UNDEPLOY" in told[0]["message"]
    assert "token" in told[0]["message"]


def test_a_program_changes_nothing_its_user_signs_in_with(world):
    script, user = Bearer(token_of(world.admin)), world.admin
    address = f"/api/admin/enterprises/{user.enterprise_id}/users/{user.pk}"
    answers = [
        script.put(address, {"password": "Brand-new-Secret-42"}),
        script.post(f"{address}/action/enable2fa", {"type": "GOOGLE_AUTHENTICATOR"}),
        script.post(f"{address}/action/disable2fa"),
    ]
    assert [(each.status_code, codes(each)[0]) for each in answers] == [(403, "CREDENTIAL_NOT_ENOUGH")] * 3
    assert ApiUser("anna").get("/api/login").status_code == 200
