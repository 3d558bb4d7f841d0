"""The pages of remote repositories and of fetching from an address."""

import pytest

from catalogue.models import TemplateDefinition, TemplateDefinitionList, Upload, UploadState
from contracts.base import Failed
from contracts.vocabulary import ErrorCode
from tests.browsing import browser_of

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://mirror.example/debian.qcow2?token=secret"


@pytest.fixture
def offered(world) -> TemplateDefinition:
    kept = TemplateDefinitionList.objects.create(
        enterprise=world.admin.enterprise, name="Official", url="https://mirror.example/ovfindex.xml"
    )
    return kept.definitions.create(enterprise=world.acme, url="https://mirror.example/a.ova", name="Debian")


def page(world, offered, **query) -> str:
    return (
        browser_of(world.admin)
        .get(f"/catalogue/remote/{offered.definition_list_id}/", query)
        .content.decode()
    )


def test_what_is_offered_is_found_and_downloaded_and_given_up(world, offered, datacenter):
    browser = browser_of(world.admin)

    before = page(world, offered)
    sent = browser.post(f"/catalogue/remote/definitions/{offered.pk}/", {"location": world.datacenter.pk})
    under_way = page(world, offered)
    browser.post(f"/catalogue/upload/{Upload.objects.get().pk}/cancel/")
    datacenter.answers["fetch_template"] = Failed(code=ErrorCode.CANCELLED, detail="It was cancelled.")
    datacenter.work()

    assert ('data-status="NOT_DOWNLOAD"' in before, sent.status_code) == (True, 200)
    assert 'data-status="DOWNLOADING"' in under_way
    assert 'data-status="NOT_DOWNLOAD"' in page(world, offered)
    assert "Debian" not in page(world, offered, q="Windows")


def test_without_a_list_the_page_says_what_they_are_for(world):
    shown = browser_of(world.admin).get("/catalogue/remote/").content.decode()
    assert "No remote repository yet" in shown


def test_a_list_is_removed_after_being_asked(world, offered):
    path = f"/catalogue/remote/{offered.definition_list_id}/remove/"
    assert "Remove the remote repository Official?" in browser_of(world.admin).get(path).content.decode()
    browser_of(world.admin).post(path)
    assert not TemplateDefinition.objects.exists()


def test_a_location_that_is_none_is_refused(world, offered):
    browser = browser_of(world.admin)
    for sent in ("", "0", "x", "9" * 30):
        answer = browser.post(f"/catalogue/remote/definitions/{offered.pk}/", {"location": sent})
        assert answer.status_code == 404


def test_an_address_is_fetched_from_its_form_and_what_follows_its_question_mark_is_not_shown(
    world, datacenter
):
    datacenter.answers["fetch_template"] = Failed(code=ErrorCode.SOURCE_REFUSED, detail="It answered 404.")
    form = {"url": URL, "name": "Debian", "location": world.datacenter.pk, "most_gib": 1, "checksum": ""}
    browser = browser_of(world.admin)

    answer = browser.post("/catalogue/upload/address/", form)
    datacenter.work()
    shown = browser.get("/catalogue/upload/").content.decode()
    browser.post(f"/catalogue/upload/{Upload.objects.get().pk}/retry/")

    assert answer.status_code == 302
    assert ("It answered 404." in shown, "secret" in shown, "Try again" in shown) == (True, False, True)
    assert Upload.objects.get().state == UploadState.WAITING


@pytest.mark.parametrize(
    "changes", [{"url": "ftp://a/b"}, {"url": ""}, {"most_gib": 0}, {"location": 0}, {"checksum": "12"}]
)
def test_what_makes_no_sense_is_told_beside_the_form(world, changes):
    form = {"url": URL, "name": "", "location": world.datacenter.pk, "most_gib": 1} | changes
    assert browser_of(world.admin).post("/catalogue/upload/address/", form).status_code == 409
    assert not Upload.objects.exists()


def test_who_may_not_bring_templates_in_begins_nothing(world, offered):
    browser = browser_of(world.user)
    form = {"url": URL, "location": world.datacenter.pk, "most_gib": 1}
    assert browser.post("/catalogue/upload/address/", form).status_code == 403
    sent = {"location": world.datacenter.pk}
    assert browser.post(f"/catalogue/remote/definitions/{offered.pk}/", sent).status_code == 403
    assert not Upload.objects.exists()
