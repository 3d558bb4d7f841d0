"""System properties: what the installation is set to, under the names published clients ask for."""

import pytest

from events.models import Event
from identity.services.policy import current_policy
from tests.api_user import ApiUser, codes, link

ADDRESS = "/api/config/properties"
LENGTH = "client.main.passwordLength"


@pytest.fixture
def root(world, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    return ApiUser(world.cloud_admin.nick)


def named(api, name: str) -> dict:
    return api.get(f"{ADDRESS}?name={name}").json()["collection"][0]


def test_everybody_who_signed_in_reads_them(world, root):
    listed = ApiUser(world.viewer.nick).get(ADDRESS).json()["collection"]

    told = {each["name"]: each["value"] for each in listed}
    assert (told[LENGTH], told["client.network.defaultNetmask"]) == ("12", "24")
    assert [root.get(link(each, "edit")).json() for each in listed] == listed
    assert len({each["id"] for each in listed}) == len(listed)
    parts = root.get(f"{ADDRESS}?component=client.network").json()["collection"]
    assert {each["name"].rsplit(".", 1)[0] for each in parts} == {"client.network"}


def test_setting_one_changes_what_the_installation_does(root):
    edit = link(named(root, LENGTH), "edit")

    answer = root.put(edit, root.get(edit).json() | {"value": 20})

    assert (answer.status_code, answer.json()["value"]) == (200, "20")
    assert current_policy().min_length == 20
    assert Event.objects.get(kind="password_policy.changed").changes == {"min_length": [12, 20]}


def test_what_was_fetched_can_be_sent_back_whole_with_changes(root):
    document = root.get(ADDRESS).json()
    switched = {"client.main.passwordComplexity": "0", "client.main.passwordRecover": "0"}
    for each in document["collection"]:
        each["value"] = switched.get(each["name"], each["value"])

    answer = root.put(ADDRESS, document)

    assert answer.status_code == 200
    policy = current_policy()
    assert (policy.min_classes, policy.reset_by_mail, policy.min_length) == (0, False, 12)
    assert root.put(ADDRESS, {"collection": [{"name": "client.main.passwordComplexity", "value": "1"}]})
    assert current_policy().min_classes == 3


@pytest.mark.parametrize(
    ("name", "value", "status", "code"),
    [
        ("client.main.nothing", "1", 404, "SYSPROP-0"),
        (LENGTH, "many", 400, "GEN-2"),
        (LENGTH, "-1", 400, "GEN-2"),
        (LENGTH, "9999", 400, "GEN-2"),
        ("client.main.passwordRecover", "2", 400, "GEN-2"),
        ("client.network.defaultAddress", "10.0.0.0", 409, "409-CONFLICT"),
        ("", "1", 400, "GEN-2"),
    ],
)
def test_what_can_not_be_set_changes_nothing_at_all(root, name, value, status, code):
    good = {"name": "client.main.passwordHistory", "value": "7"}

    answer = root.put(ADDRESS, {"collection": [good, {"name": name, "value": value}]})

    assert (answer.status_code, codes(answer)) == (status, [code])
    assert current_policy().history == 1


@pytest.mark.parametrize("body", [{}, {"collection": {}}, {"collection": ["x"]}])
def test_a_body_that_is_no_collection_is_refused(root, body):
    assert root.put(ADDRESS, body).status_code == 400


def test_none_is_added_and_none_goes(root):
    edit = link(named(root, LENGTH), "edit")

    assert codes(root.post(ADDRESS, {"name": LENGTH, "value": "1"})) == ["SYSPROP-1"]
    assert codes(root.post(ADDRESS, {"name": "mine", "value": "1"})) == ["409-CONFLICT"]
    assert codes(root.delete(edit)) == ["409-CONFLICT"]
    assert codes(root.get(f"{ADDRESS}/999")) == ["SYSPROP-0"]


def test_who_does_not_configure_the_installation_only_reads(world, root):
    anna, edit = ApiUser(world.admin.nick), link(named(root, LENGTH), "edit")

    assert anna.put(edit, {"value": "1"}).status_code == 403
    assert anna.put(ADDRESS, {"collection": []}).status_code == 403
    assert anna.delete(edit).status_code == 403
