"""Asking for leave to upload and to download over REST, as published clients and appliance managers do."""

import pytest

from catalogue.models import Upload
from catalogue.services import repository_of
from contracts.signing import message_of
from contracts.uploads import DownloadTicket, UploadTicket
from infrastructure.models import LocationLimit
from infrastructure.services import register_remote_service
from tests.api_user import ApiUser

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1024 * 1024
TICKET = "X-Atrium-Ticket"


@pytest.fixture
def place(world):
    world.admin, world.viewer  # noqa: B018
    uri = "https://repository.example/am"
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=uri)
    repository_of(world.datacenter)
    return world.datacenter


@pytest.fixture
def path(world, place):
    return f"/api/admin/enterprises/{world.acme.pk}/action/requestupload"


def where(place, **more) -> str:
    fields = {"datacenterUuid": place.uuid, "fileSize": 10 * MIB} | more
    return "?" + "&".join(f"{name}={value}" for name, value in fields.items() if value is not None)


def test_asking_is_answered_and_keeps_nothing(place, path):
    answer = ApiUser("anna").get(path + where(place))
    assert answer.status_code == 204
    assert TICKET not in answer and Upload.objects.count() == 0


@pytest.mark.parametrize("size", [{"fileSize": 10}, {"fileSize": None, "fileSizeInMb": 10}])
def test_the_location_and_the_size_may_be_told_in_both_ways(place, path, size):
    by_number = where(place, datacenterUuid=None, datacenterId=place.pk, **size)
    assert ApiUser("anna").get(path + by_number).status_code == 204


def test_a_file_that_passes_the_limit_is_refused(world, place, path):
    LocationLimit.objects.filter(enterprise=world.acme).update(repository_mib_hard=5)
    answer = ApiUser("anna").get(path + where(place))
    assert (answer.status_code, answer.json()["collection"][0]["code"]) == (409, "LIMITS_EXCEEDED")


def test_an_appliance_manager_gets_a_ticket_and_room_is_kept(world, place, path):
    answer = ApiUser("anna").post(path + where(place, fileName="web.ova"))
    assert answer.status_code == 204
    ticket = message_of(answer[TICKET], place.key, UploadTicket)
    upload = Upload.objects.get()
    assert (ticket.upload_id, ticket.enterprise_id, ticket.size_bytes) == (
        upload.uuid,
        world.acme.pk,
        10 * MIB,
    )
    assert (upload.name, upload.user) == ("web", world.admin)


@pytest.mark.parametrize(
    "changes", [{"fileSize": None}, {"fileSize": "x"}, {"fileSize": 0}, {"fileSize": 10**30}]
)
def test_a_size_that_is_none_is_refused(place, path, changes):
    assert ApiUser("anna").get(path + where(place, **changes)).status_code == 400


@pytest.mark.parametrize("uuid", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_location_is_not_there(place, path, uuid):
    assert ApiUser("anna").get(path + where(place, datacenterUuid=uuid)).status_code == 404


def test_who_may_not_upload_is_told_so(place, path):
    assert ApiUser("vera").get(path + where(place)).status_code == 403


def test_a_file_may_be_fetched_by_who_sees_its_template(world, place):
    world.template  # noqa: B018
    path = f"/api/admin/enterprises/action/requestdownload?datacenterUuid={place.uuid}&templatePath="
    answer = ApiUser("anna").get(path + "tiny.qcow2")
    assert answer.status_code == 204
    assert message_of(answer[TICKET], place.key, DownloadTicket).path == "tiny.qcow2"
    assert ApiUser("anna").get(path + "else.qcow2").status_code in (404, 409)


def test_a_repository_says_where_files_go(world, place):
    repository = ApiUser("anna").get(
        f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{place.pk}"
    )
    links = {link["rel"]: link["href"] for link in repository.json()["links"]}
    expected = f"https://repository.example/am/erepos/{world.acme.pk}"
    assert links["applianceManagerRepositoryUri"] == expected


def test_a_repository_nobody_listens_at_says_nothing_of_it(world, place):
    register_remote_service(actor=None, datacenter=place, type="APPLIANCE_MANAGER", uri="")
    repository = ApiUser("anna").get(
        f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{place.pk}"
    )
    assert "applianceManagerRepositoryUri" not in [link["rel"] for link in repository.json()["links"]]


def test_a_repository_is_looked_through_when_asked(world, place, datacenter):
    address = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{place.pk}"
    links = {link["rel"]: link["href"] for link in ApiUser("anna").get(address).json()["links"]}
    assert links["refresh"].endswith(f"{address}/actions/refresh")
    assert ApiUser("anna").put(f"{address}/actions/refresh").status_code == 202
    assert ApiUser("vera").put(f"{address}/actions/refresh").status_code == 403
    datacenter.work()
    assert [each.type for each in datacenter.received] == ["appliance.refresh_repository.v1"]
