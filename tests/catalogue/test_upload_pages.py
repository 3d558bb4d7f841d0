"""The upload page and what its script asks for."""

import pytest

from catalogue.models import Upload, UploadState
from catalogue.services import repository_of
from contracts.signing import message_of
from contracts.uploads import UploadTicket
from infrastructure.services import register_remote_service
from tests.browsing import browser_of

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/catalogue/upload/"


@pytest.fixture
def place(world):
    world.admin  # noqa: B018
    uri = "http://127.0.0.1:8010/am"
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=uri)
    return world.datacenter


def begin(user, place, **changes):
    fields = {"name": "debian.qcow2", "size": 1000, "mark": "1", "location": place.pk} | changes
    return browser_of(user).post(f"{PAGE}begin/", fields)


def test_the_page_may_send_to_the_appliance_managers_of_its_locations_and_nowhere_else(world, place):
    answer = browser_of(world.admin).get(PAGE)
    assert answer.status_code == 200
    policy = dict(each.strip().split(" ", 1) for each in answer["Content-Security-Policy"].split(";"))
    allowed = policy["connect-src"].split()
    assert [each.rpartition(":")[2] for each in allowed if each.startswith("http")] == ["8010"]
    other = browser_of(world.admin).get("/catalogue/")["Content-Security-Policy"]
    assert "8010" not in other


def test_an_appliance_manager_on_the_servers_machine_is_found_where_the_server_is(world, place):
    answer = browser_of(world.admin, headers={"host": "cloud.example:8000"}).get(PAGE)
    assert "http://cloud.example:8010" in answer["Content-Security-Policy"]


def test_a_file_is_begun_with_a_ticket_for_it(world, place):
    told = begin(world.admin, place).json()
    upload = Upload.objects.get()
    assert told["id"] == upload.pk and told["file"].endswith(f"/am/uploads/{upload.uuid}")
    assert message_of(told["ticket"], place.key, UploadTicket).size_bytes == 1000


def test_choosing_the_same_file_again_goes_on_with_it(world, place):
    assert begin(world.admin, place).json()["id"] == begin(world.admin, place).json()["id"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"size": "0"}, 400), ({"size": "-1"}, 400), ({"size": "9" * 30}, 400), ({"location": "x"}, 404),
     ({"location": "9" * 30}, 404), ({"location": ""}, 404)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(world, place, changes, status):
    answer = begin(world.admin, place, **changes)
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["why"] and answer.json()["code"] == "GEN-2"


def test_who_may_not_upload_sees_no_page_and_begins_nothing(world, place):
    assert browser_of(world.viewer).get(PAGE).status_code == 403
    assert begin(world.viewer, place).status_code == 403
    assert Upload.objects.count() == 0


def test_a_ticket_is_renewed_while_the_upload_is_under_way(world, place):
    number = begin(world.admin, place).json()["id"]
    browser = browser_of(world.admin)
    assert browser.post(f"{PAGE}{number}/ticket/").json()["ticket"]
    assert browser.post(f"{PAGE}{number}/cancel/").status_code == 200
    assert Upload.objects.get().state == UploadState.CANCELLED
    assert browser.post(f"{PAGE}{number}/ticket/").status_code == 409


def test_the_uploads_of_others_are_not_there(world, place):
    number = begin(world.admin, place, name="secret-name.qcow2").json()["id"]
    rival = browser_of(world.rival_admin)
    assert rival.post(f"{PAGE}{number}/ticket/").status_code == 404
    assert rival.post(f"{PAGE}{number}/cancel/").status_code == 404
    assert "secret-name" not in rival.get(f"{PAGE}list/").content.decode()


def test_the_list_asks_again_only_while_something_is_on_its_way(world, place):
    begin(world.admin, place)
    browser = browser_of(world.admin)
    assert "every 3s" in browser.get(f"{PAGE}list/").content.decode()
    Upload.objects.update(
        state=UploadState.FAILED, code="backing_file", detail="It reads <b>/etc/passwd</b>."
    )
    words = browser.get(f"{PAGE}list/").content.decode()
    assert "every 3s" not in words
    assert "backing_file" in words and "<b>" not in words


def test_a_location_nobody_takes_files_at_says_what_to_do(world, place):
    register_remote_service(actor=None, datacenter=place, type="APPLIANCE_MANAGER", uri="")
    words = browser_of(world.admin).get(PAGE).content.decode()
    assert "No location takes files" in words and "data-uploads" not in words


def test_a_repository_is_looked_through_from_its_page(world, place, datacenter):
    repository_of(place)
    browser = browser_of(world.admin)
    address = f"/catalogue/repositories/{place.pk}/"
    assert f'hx-post="{address}"' in browser.get("/catalogue/repositories/").content.decode()
    assert browser.post(address).status_code == 200
    datacenter.work()
    assert [each.type for each in datacenter.received] == ["appliance.refresh_repository.v1"]
    assert (
        f'hx-post="{address}"' not in browser_of(world.user).get("/catalogue/repositories/").content.decode()
    )
    assert browser_of(world.user).post(address).status_code == 403
