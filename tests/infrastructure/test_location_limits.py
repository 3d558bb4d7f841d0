"""Which locations an enterprise may use and how much of each, over REST and through the services."""

import pytest

from compute.services import deploy
from core.errors import LimitExceeded
from events.models import Event
from infrastructure.models import LocationLimit
from infrastructure.services import change_location_limit, close_to, create_datacenter
from networking.models import Network
from networking.models.network import NetworkKind
from tests.api_user import ApiUser, codes, link
from tests.tenants.refusing import refusal


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


@pytest.fixture
def east(world):
    return create_datacenter(actor=world.cloud_admin, name="East")


@pytest.fixture
def limits(world):
    return f"/api/admin/enterprises/{world.acme.id}/limits"


def location(datacenter) -> dict:
    return {"rel": "location", "href": f"http://testserver/api/admin/datacenters/{datacenter.id}"}


def limit_of(world) -> LocationLimit:
    return LocationLimit.objects.get(enterprise=world.acme, datacenter=world.datacenter)


def test_a_location_is_allowed_limited_and_taken_away_again(world, root, limits, east):
    answer = root.post(limits, {"vlansSoft": 2, "vlansHard": 3, "links": [location(east)]})
    assert (answer.status_code, answer.json()["vlansHard"]) == (201, 3)
    edit = link(answer, "edit")
    changed = root.put(edit, answer.json() | {"repositorySoftInMb": 5, "repositoryHardInMb": 9})
    assert (changed.status_code, changed.json()["repositoryHardInMb"], changed.json()["vlansHard"]) == (
        200,
        9,
        3,
    )
    assert root.get(link(answer, "datacenter")).json()["name"] == "East"
    assert len(root.get(limits).json()["collection"]) == 2
    assert root.delete(edit).status_code == 204
    assert root.get(edit).status_code == 404
    kinds = Event.objects.filter(subject_type="location_limit").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["location_limit.created", "location_limit.changed", "location_limit.deleted"]


def test_what_changed_is_told_with_its_values_before_and_after(world, root, limits, east):
    root.post(limits, {"cpuSoft": 1, "cpuHard": 2, "links": [location(east)]})
    event = Event.objects.get(kind="location_limit.created")
    assert event.changes == {"vcpus_soft": [0, 1], "vcpus_hard": [0, 2]}


def test_a_second_limit_for_one_location_is_refused(world, root, limits):
    answer = root.post(limits, {"links": [location(world.datacenter)]})
    assert (answer.status_code, codes(answer)) == (409, ["LIMIT-7"])


def test_a_limit_needs_a_location(root, limits):
    answer = root.post(limits, {})
    assert (answer.status_code, codes(answer)) == (400, ["GEN-6"])


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"cpuSoft": 3, "cpuHard": 2}, "must be at most"),
        ({"cpuHard": 2}, "needs a soft limit"),
        ({"vlansSoft": -1}, "between"),
        ({"publicIpsSoft": 2**31}, "at most"),
    ],
)
def test_values_that_make_no_sense_are_refused_in_words(world, root, limits, east, body, wrong):
    answer = root.post(limits, body | {"links": [location(east)]})
    assert (answer.status_code, codes(answer)) == (400, ["GEN-2"])
    assert wrong in answer.json()["collection"][0]["message"]


def test_a_location_with_virtual_datacenters_is_not_taken_away(world, root, limits):
    assert world.vdc.pk
    answer = root.delete(f"{limits}/{limit_of(world).id}")
    assert (answer.status_code, codes(answer)) == (409, ["LIMIT-11"])


def test_a_location_with_networks_is_neither_taken_away_nor_closed(world, root, limits, east):
    """Also when no virtual datacenter is left there: external networks belong to none."""
    root.post(limits, {"links": [location(east)]})
    Network.objects.create(
        kind=NetworkKind.EXTERNAL, enterprise=world.acme, datacenter=east, name="Office",
        address="198.51.100.0", prefix_length=24, gateway="198.51.100.1",
    )  # fmt: skip
    limit = LocationLimit.objects.get(enterprise=world.acme, datacenter=east)
    answer = root.delete(f"{limits}/{limit.id}")
    assert (answer.status_code, codes(answer)) == (409, ["LIMIT-12"])
    assert "Office" in answer.json()["collection"][0]["message"]
    closing = {"actor": world.cloud_admin, "datacenter": east, "enterprise": world.acme}
    assert refusal(close_to, **closing) == "LIMIT-12"
    assert LocationLimit.objects.filter(pk=limit.pk).exists()


@pytest.mark.parametrize(("resource", "refused"), [("vcpus", True), ("machines", True), ("disk_mib", False)])
def test_a_hard_limit_below_what_is_in_use_is_refused_except_for_disks(world, datacenter, resource, refused):
    deploy(actor=world.user, machine_id=world.new_machine("a", vcpus=2).id)
    deploy(actor=world.user, machine_id=world.new_machine("b", vcpus=2).id)
    values = {f"{resource}_soft": 1, f"{resource}_hard": 1}

    if refused:
        with pytest.raises(LimitExceeded) as refusal:
            change_location_limit(actor=world.cloud_admin, location_limit=limit_of(world), **values)
        assert refusal.value.code == "LIMIT-10"
        assert refusal.value.reasons[0].numbers["hard"] == 1
    else:
        change_location_limit(actor=world.cloud_admin, location_limit=limit_of(world), **values)
    assert getattr(limit_of(world), f"{resource}_hard") == int(not refused)


def test_numbers_are_left_out_where_the_installation_hides_them(world, datacenter, settings):
    settings.ATRIUM_HARD_LIMIT_DETAILS = False
    deploy(actor=world.user, machine_id=world.new_machine("a", vcpus=2).id)
    with pytest.raises(LimitExceeded) as refusal:
        change_location_limit(
            actor=world.cloud_admin, location_limit=limit_of(world), vcpus_soft=1, vcpus_hard=1
        )
    assert (refusal.value.code, refusal.value.reasons[0].numbers) == ("LIMIT-14", {})
    told = Event.objects.get(kind="limit.reached")
    assert told.private_data["limits"][0]["used"] == 2


def test_a_tenant_reads_their_limits_and_changes_none(world, limits):
    assert world.admin.pk
    anna, mine = ApiUser("anna"), limit_of(world)
    assert anna.get(limits).status_code == 200
    assert anna.put(f"{limits}/{mine.id}", {"cpuSoft": 9}).status_code == 403
    assert anna.post(limits, {"links": [location(world.datacenter)]}).status_code == 403
    assert anna.delete(f"{limits}/{mine.id}").status_code == 403


def test_nobody_sees_the_limits_of_an_enterprise_they_do_not_know(world, limits):
    assert world.rival_admin.pk and world.admin.pk
    rita, mine = ApiUser("rita"), limit_of(world)
    for path in (limits, f"{limits}/{mine.id}", f"{limits}/{mine.id}/hypervisors"):
        assert rita.get(path).status_code == 404
    theirs = LocationLimit.objects.get(enterprise=world.rival, datacenter=world.datacenter)
    assert ApiUser("anna").get(f"{limits}/{theirs.id}").status_code == 404


def test_a_location_tells_the_hypervisors_it_has(world, root, limits):
    assert world.host.pk
    answer = root.get(f"{limits}/{limit_of(world).id}/hypervisors")
    assert [each["name"] for each in answer.json()["collection"]] == ["KVM"]


def test_a_datacenter_lists_the_limits_of_its_enterprises(world, root):
    path = f"/api/admin/datacenters/{world.datacenter.id}/action/getlimits"
    assert world.acme.pk and world.rival.pk
    assert len(root.get(path).json()["collection"]) >= 2
    assert len(root.get(f"{path}?enterprise={world.acme.id}").json()["collection"]) == 1


@pytest.mark.parametrize(("sought", "found"), [("cme", 1), ("ort", 1), ("nobody", 0)])
def test_limits_are_found_by_names_of_enterprises_and_locations(world, root, limits, sought, found):
    for address in (limits, f"/api/admin/datacenters/{world.datacenter.id}/action/getlimits"):
        assert root.get(f"{address}?has={sought}").json()["totalSize"] == found
