"""Pages about the disks of a template and the formats they are there in."""

import pytest

from catalogue.models import Conversion
from tests.browsing import browser_of


@pytest.fixture
def page(world, offers):
    return f"/catalogue/{offers.template.pk}"


def test_the_page_says_what_the_guest_must_have_drivers_for(world, offers, page):
    offers.template.disks.update(controller="SCSI", adapter="lsilogic")
    words = browser_of(world.admin).get(f"{page}/disks/").content.decode()
    assert "SCSI (lsilogic)" in words and "Windows up to 2003" in words and "Network: VIRTIO" in words


def test_an_empty_disk_is_added_changed_and_deleted_by_page(world, offers, page):
    browser = browser_of(world.admin)
    assert "Size in MiB" in browser.get(f"{page}/disks/new/").content.decode()
    added = browser.post(f"{page}/disks/new/", {"size_mib": 512, "label": "data", "controller": "SATA"})
    assert added.status_code == 302
    disk = offers.template.disks.get(position=1)
    assert "empty" in browser.get(f"{page}/disks/").content.decode()

    changed = {"label": "more", "controller": "SCSI", "adapter": "lsilogicsas"}
    assert browser.post(f"{page}/disks/{disk.pk}/edit/", changed).status_code == 302
    disk.refresh_from_db()
    assert (disk.label, disk.controller, disk.adapter) == ("more", "SCSI", "lsilogicsas")
    assert "Delete" in browser.get(f"{page}/disks/{disk.pk}/delete/").content.decode()
    assert browser.post(f"{page}/disks/{disk.pk}/delete/").status_code == 200
    assert offers.template.disks.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"size_mib": 0}, {"size_mib": 2**40}, {"size_mib": 1, "controller": "MFM"}]
)
def test_a_disk_that_cannot_be_is_refused_beside_the_form(world, offers, page, wrong):
    answer = browser_of(world.admin).post(f"{page}/disks/new/", {"controller": "VIRTIO"} | wrong)
    assert answer.status_code == 409
    assert offers.template.disks.count() == 1


def test_an_adapter_a_package_named_is_kept_though_it_is_not_offered(world, offers, page):
    offers.template.disks.update(controller="SCSI", adapter="buslogic")
    disk, browser = offers.template.disks.get(), browser_of(world.admin)
    assert "buslogic" in browser.get(f"{page}/disks/{disk.pk}/edit/").content.decode()
    kept = {"label": "system", "controller": "SCSI", "adapter": "buslogic"}
    assert browser.post(f"{page}/disks/{disk.pk}/edit/", kept).status_code == 302


def test_a_disk_is_converted_in_a_layout_and_that_is_deleted_by_page(world, offers, page, datacenter):
    browser, disk = browser_of(world.admin), offers.template.disks.get()
    wanted = {"format": "vmdk", "variant": "stream_optimized"}
    assert browser.post(f"{page}/disks/{disk.pk}/convert/", wanted).status_code == 302
    datacenter.work()
    conversion = Conversion.objects.get()
    address = f"{page}/conversions/{conversion.pk}/delete/"
    assert address in browser.get(f"{page}/formats/").content.decode()
    assert "a file of" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 200
    datacenter.work()
    assert not Conversion.objects.exists()


def test_who_may_only_look_is_offered_nothing_to_change(world, offers, page):
    browser = browser_of(world.viewer)
    words = browser.get(f"{page}/disks/").content.decode() + browser.get(f"{page}/formats/").content.decode()
    assert "/disks/new/" not in words and "/convert/" not in words
    assert browser.get(f"{page}/disks/new/").status_code == 403
    refused = browser.post(f"{page}/disks/new/", {"size_mib": 1, "controller": "IDE"})
    assert refused.status_code == 409 and "APPLIB_ALLOW_MODIFY" in refused.content.decode()
    assert offers.template.disks.count() == 1
