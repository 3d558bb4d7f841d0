"""A tenant learns why something failed, not the names, paths and free space of the provider."""

import pytest

from compute.services import deploy
from contracts.base import Failed
from events.models import Event
from operations.models import Operation
from tests.api_user import ApiUser, machine_path
from tests.browsing import browser_of

SECRET = "/srv/stores/gold on node-7.provider.example"
FULL = Failed(code="datastore_full", detail=f"The datastore {SECRET} has 12 MiB free.")
GONE = Failed(code="datastore_missing", detail=f"{SECRET} is not mounted.")


@pytest.fixture
def failed(world, datacenter) -> Operation:
    """A deployment that failed, and whose undoing failed as well."""
    datacenter.answers |= {"provision_disk": FULL, "delete_disk": GONE}
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    return operation


def pages_seen_by(user, machine, operation) -> dict[str, str]:
    browser = browser_of(user)
    pages = ("/", "/activity/", "/tasks/", f"/tasks/{operation.id}/", f"/machines/{machine.id}/timeline/")
    pages += (f"/machines/{machine.id}/",)
    return {page: browser.get(page).content.decode() for page in pages}


def test_tenants_read_the_reason_without_the_remote_side_s_own_words(world, failed):
    pages = pages_seen_by(world.user, world.machine, failed)
    task = ApiUser("ulf").get(f"{machine_path(world.machine)}/tasks/{failed.id}")

    assert not [page for page, html in pages.items() if SECRET in html]
    assert "no room for the disk" in pages["/tasks/"] and "no room for the disk" in pages["/activity/"]
    assert task.json()["error"] == "datastore_full: The datastore has no room for the disk."


def test_the_stream_of_events_does_not_hold_them_either(failed):
    told = [str(data) for data in Event.objects.filter(operation_id=failed.id).values_list("data", flat=True)]
    assert len(told) > 1
    assert not [data for data in told if SECRET in data]


def test_administrators_of_infrastructure_read_them(world, failed):
    pages = pages_seen_by(world.cloud_admin, world.machine, failed)
    task = ApiUser("root").get(f"{machine_path(world.machine)}/tasks/{failed.id}")

    assert SECRET in pages[f"/tasks/{failed.id}/"]
    assert SECRET in task.json()["error"]
