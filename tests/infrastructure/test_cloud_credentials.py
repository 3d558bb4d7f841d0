"""What enterprises sign in with at public clouds: kept, replaced and removed, and its key told to nobody."""

import pytest

from compute.models import VirtualDatacenter
from core.sealing import unseal
from events.models import Event
from infrastructure.models import CloudCredentials
from infrastructure.services import add_credentials
from infrastructure.services.cloud_credentials import PURPOSE
from tests.api_user import ApiUser, codes, link

SECRET = "Zq9-cloud-key"
AMAZON = {"rel": "hypervisortype", "href": "http://testserver/api/config/hypervisortypes/AMAZON"}
BODY = {"access": "AKIA-1", "key": SECRET, "links": [AMAZON]}


@pytest.fixture
def root(world, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def address(world):
    return f"/api/admin/enterprises/{world.acme.id}/credentials"


def kept(world) -> CloudCredentials:
    return CloudCredentials.objects.get(enterprise=world.acme)


def to(provider: str) -> list[dict]:
    return [{"rel": "hypervisortype", "href": f"/api/config/hypervisortypes/{provider}"}]


def test_credentials_are_kept_for_a_provider_without_telling_the_key(world, root, address):
    answer = root.post(address, BODY)

    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    assert answer.json()["access"] == "AKIA-1"
    assert link(answer, "hypervisortype").endswith("/api/config/hypervisortypes/AMAZON")
    listed = root.get(address)
    assert [each["access"] for each in listed.json()["collection"]] == ["AKIA-1"]
    assert not any(SECRET in told.content.decode() for told in (answer, listed, root.get(answer["Location"])))
    assert unseal(kept(world).sealed_key, purpose=PURPOSE) == SECRET


def test_the_enterprise_leads_to_its_credentials(world, root, address):
    enterprise = root.get(f"/api/admin/enterprises/{world.acme.id}")

    assert link(enterprise, "credentials").endswith(address)


def test_access_and_key_are_replaced_together(world, root, address):
    edit = root.post(address, BODY)["Location"]

    answer = root.put(edit, {"access": "AKIA-2", "key": "other", "links": [AMAZON]})

    assert (answer.status_code, answer.json()["access"]) == (200, "AKIA-2")
    assert unseal(kept(world).sealed_key, purpose=PURPOSE) == "other"


def test_what_is_sent_back_as_it_was_fetched_keeps_the_key(world, root, address):
    answer = root.post(address, BODY)

    again = root.put(answer["Location"], answer.json())

    assert (again.status_code, again.json()) == (200, answer.json())
    assert unseal(kept(world).sealed_key, purpose=PURPOSE) == SECRET
    assert not Event.objects.filter(kind="cloud_credentials.changed").exists()


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"access": "  "}, 400, "PUBLIC-11"),
        ({"access": "two\nlines"}, 400, "PUBLIC-11"),
        ({"key": None}, 400, "PUBLIC-11"),
        ({"access": ["x"]}, 400, "GEN-2"),
        ({"links": []}, 400, "PUBLIC-16"),
        ({"links": to("KVM")}, 409, "PUBLIC-4"),
        ({"links": to("NIMBUS")}, 409, "PUBLIC-9"),
        ({"links": [AMAZON | {"href": "/api/admin/roles/1"}]}, 400, "GEN-6"),
    ],
)
def test_what_can_not_be_kept_is_refused(root, address, more, status, code):
    answer = root.post(address, BODY | more)

    assert (answer.status_code, codes(answer)) == (status, [code])
    assert not CloudCredentials.objects.exists()
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"access": "AKIA-2"}, 400, "PUBLIC-11"),
        ({"key": "x", "links": to("digitalocean2")}, 409, "PUBLIC-7"),
    ],
)
def test_another_account_needs_its_key_and_another_provider_its_own_set(
    world, root, address, body, status, code
):
    edit = root.post(address, BODY)["Location"]

    answer = root.put(edit, body)

    assert (answer.status_code, codes(answer)) == (status, [code])
    assert unseal(kept(world).sealed_key, purpose=PURPOSE) == SECRET


def test_there_is_one_set_for_each_provider_of_an_enterprise(world, root, address):
    root.post(address, BODY)

    assert codes(root.post(address, BODY)) == ["PUBLIC-3"]
    assert root.post(address, BODY | {"links": to("digitalocean2")}).status_code == 201
    rival = f"/api/admin/enterprises/{world.rival.id}/credentials"
    assert root.post(rival, BODY).status_code == 201


def test_they_are_removed(root, address):
    edit = root.post(address, BODY)["Location"]

    assert root.delete(edit).status_code == 204
    assert codes(root.delete(edit)) == ["PUBLIC-1"]


def test_they_stay_while_a_virtual_datacenter_works_with_them(world, root, address):
    edit = root.post(address, BODY)["Location"]
    VirtualDatacenter.objects.filter(pk=world.vdc.pk).update(hypervisor_type="AMAZON")

    answer = root.delete(edit)

    assert (answer.status_code, codes(answer)) == (409, ["PUBLIC-14"])
    assert "1 virtual datacenter of Acme" in answer.json()["collection"][0]["message"]


def test_who_does_not_manage_credentials_is_refused_and_strangers_find_nothing(world, root, address):
    edit = root.post(address, BODY)["Location"]
    anna = ApiUser(world.admin.nick)

    assert (anna.get(address).status_code, anna.get(edit).status_code) == (403, 403)
    assert (anna.post(address, BODY).status_code, anna.delete(edit).status_code) == (403, 403)
    of_rival = edit.replace(f"/{world.acme.id}/", f"/{world.rival.id}/")
    assert (root.get(of_rival).status_code, codes(root.get(of_rival))) == (404, ["PUBLIC-1"])


def test_the_log_says_who_changed_what_and_holds_neither_access_nor_key(world, root, address):
    edit = root.post(address, BODY)["Location"]
    root.put(edit, {"key": "another-secret"})
    root.delete(edit)

    told = Event.objects.filter(subject_type="cloud_credentials").order_by("id")

    assert [(event.kind, event.actor_name, event.data) for event in told] == [
        ("cloud_credentials.created", "root", {"new_access": True, "new_key": True}),
        ("cloud_credentials.changed", "root", {"new_key": True}),
        ("cloud_credentials.deleted", "root", {}),
    ]
    assert not any("AKIA" in str(vars(event)) or "secret" in str(vars(event)) for event in told)
    assert not Event.objects.visible_to(world.admin).filter(subject_type="cloud_credentials").exists()


def test_nobody_can_ask_a_provider_that_has_no_region_here(root):
    check = "/api/config/hypervisortypes/{}/action/checkcredentials"

    assert codes(root.post(check.format("AMAZON"), BODY)) == ["PUBLIC-13"]
    assert codes(root.post(check.format("AMAZON"), {"access": "x"})) == ["PUBLIC-11"]
    assert codes(root.post(check.format("KVM"), BODY)) == ["PUBLIC-4"]
    assert root.post(check.format("NIMBUS"), BODY).status_code == 404


def test_they_end_with_their_enterprise(world):
    enterprise = world.rival
    add_credentials(actor=world.cloud_admin, enterprise=enterprise, provider="AMAZON", access="x", key=SECRET)

    enterprise.delete()

    assert not CloudCredentials.objects.exists()


def test_hypervisor_types_and_providers_are_listed_and_found(world, root):
    types = root.get("/api/config/hypervisortypes").json()["collection"]

    assert {"KVM", "VMX_04", "AMAZON"} <= {each["name"] for each in types}
    for each in types:
        assert root.get(link(each, "self")).json() == each
        assert root.get(link(each, "regions")).json()["collection"] == []
    asked = {each["name"]: each["constraints"]["provider_credentials"] for each in types}
    assert (asked["KVM"], asked["AMAZON"]) == ("NO_APPLICABLE", "MANDATORY")
    assert root.get("/api/config/hypervisortypes/NIMBUS").status_code == 404
    assert root.get("/api/config/hypervisortypes/AMAZON/regions/x").status_code == 404
