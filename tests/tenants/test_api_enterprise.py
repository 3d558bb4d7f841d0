"""Enterprises over REST."""

import pytest

from tests.api_user import ApiUser, codes, link


@pytest.fixture
def root(world):
    return ApiUser(world.cloud_admin.nick)


def test_an_enterprise_is_created_changed_and_deleted(root):
    answer = root.post("/api/admin/enterprises", {"name": "New", "cpuCountSoftLimit": "4", "cpuHard": 8})
    assert (answer.status_code, answer["Location"]) == (201, link(answer, "edit"))
    edit = answer["Location"]
    changed = root.put(edit, answer.json() | {"name": "Newer", "HDSoft": 10, "HDHard": 20})
    assert changed.status_code == 200
    told = root.get(edit).json()
    assert [told[name] for name in ("name", "cpuSoft", "cpuCountHardLimit", "diskHardLimitInMb")] == [
        "Newer",
        4,
        8,
        20,
    ]
    assert root.delete(edit).status_code == 204
    assert (root.get(edit).status_code, root.delete(edit).status_code) == (404, 404)


def test_a_taken_name_is_the_conflict_clients_know(world, root):
    answer = root.post("/api/admin/enterprises", {"name": world.acme.name})
    assert (answer.status_code, codes(answer)) == (409, ["ENTERPRISE-4"])


def test_an_enterprise_without_a_name_is_refused(root):
    answer = root.post("/api/admin/enterprises", {"cpuHard": -1})
    assert (answer.status_code, codes(answer)) == (400, ["GEN-2", "GEN-2"])


def test_a_tenant_changes_nothing_about_its_enterprise(world):
    assert world.admin.pk
    anna = ApiUser("anna")
    assert anna.put(f"/api/admin/enterprises/{world.acme.id}", {"name": "Mine"}).status_code == 403
    assert anna.post("/api/admin/enterprises", {"name": "Another"}).status_code == 403


@pytest.mark.parametrize(
    ("version", "names"),
    [
        ("", {"cpuSoft", "cpuCountSoftLimit"}),
        ("; version=3.10", {"cpuCountSoftLimit"}),
        ("; version=5.2", {"cpuSoft"}),
    ],
)
def test_the_version_asked_for_decides_the_names(world, root, version, names):
    accept = f"application/vnd.abiquo.enterprise+json{version}"
    told = root.get(f"/api/admin/enterprises/{world.acme.id}", Accept=accept).json()
    assert told.keys() & {"cpuSoft", "cpuCountSoftLimit"} == names
