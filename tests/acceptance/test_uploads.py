"""Files go in by the browser, by published clients and from remote repositories, become templates, and
machines run from them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from contracts.vocabulary import DiskFormat
from remote_services.images import PackageDisk, PackageFacts, Subformat, write_package
from tests.acceptance.browser import browser_page, shoot, sign_in
from tests.acceptance.uploading import uploaded
from tests.remote_services.appliance_manager.fetching.mirror import Mirror
from tests.system.tenant import Tenant, link

pytestmark = [pytest.mark.browser, pytest.mark.hypervisor, pytest.mark.slow]

MIB = 1024 * 1024
LARGE_MIB = 160
PATIENCE_MS = 90_000
DROP = """(zone, {name, text}) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name));
  zone.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def guest(embedded, tmp_path_factory) -> Path:
    """The demonstration's guest image as a file somebody has at home."""
    file = tmp_path_factory.mktemp("home") / "my-guest.qcow2"
    shutil.copy(next(embedded.data_dir.glob("repository/tiny*.qcow2")), file)
    return file


def row(page, name: str):
    return page.locator(".upload", has=page.get_by_text(name, exact=True))


def test_files_are_sent_by_the_browser_and_go_on_after_a_lost_connection(embedded, guest):
    large = guest.parent / "large.raw"
    large.write_bytes(b"\xeb" + bytes(range(256)) * (LARGE_MIB * 4096 - 1) + bytes(255))
    with browser_page() as page:
        sign_in(page, embedded.url, "dana", embedded.users["dana"])
        page.goto(f"{embedded.url}/catalogue/upload/")
        page.locator("[data-upload-files]").set_input_files([guest, large])
        expect(row(page, "large").locator("progress")).to_be_visible(timeout=PATIENCE_MS)
        page.wait_for_function(
            "() => Number(document.querySelectorAll('.upload progress')[0]?.value) > 5", timeout=PATIENCE_MS
        )
        page.context.set_offline(True)
        expect(row(page, "large").locator("[data-upload-note]")).to_contain_text("connection is lost")
        shoot(page, "upload-lost")
        page.context.set_offline(False)
        expect(row(page, "my-guest")).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
        expect(row(page, "large")).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)
        page.locator("[data-upload-zone]").evaluate(DROP, {"name": "notes.qcow2", "text": "no image " * 200})
        expect(row(page, "notes")).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
        expect(row(page, "notes")).to_contain_text("format_mismatch")
        shoot(page, "uploads")


def test_a_machine_runs_from_what_was_uploaded_with_name_and_password(embedded, guest):
    template = uploaded(embedded, guest)
    assert template["name"] == guest.stem
    assert_runs(embedded, template)


def test_a_machine_runs_at_once_from_a_package_made_elsewhere(embedded, guest):
    name = "web-disk1.vmdk"
    file = guest.with_name(name)
    options = ["-f", "qcow2", "-O", "vmdk", "-o", "subformat=streamOptimized"]
    subprocess.run(["qemu-img", "convert", *options, str(guest), str(file)], check=True, timeout=120)
    disk = PackageDisk(name, name, DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED, 64 * MIB)
    facts = PackageFacts(name="Web of a package", cpu_count=2, memory_mib=192, disks=(disk,))
    package = guest.with_name("web.ova")
    package.write_bytes(b"".join(write_package(facts, {name: file})))
    template = uploaded(embedded, package)
    assert (template["name"], template["cpuRequired"], template["ramRequired"]) == (
        "Web of a package",
        2,
        192,
    )
    assert_runs(embedded, template)


LIST = """<?xml version="1.0"?>
<RepositorySpace RepositoryName="Official images" RepositoryURI="{url}">
<OVFDescription OVFFile="small.qcow2" OVFCategories="Others" DiskFormat="QCOW2_SPARSE" DiskSize="64">
<Product>Small guest</Product><Info>Answers web pages and nothing else</Info><Vendor>Atrium</Vendor>
<Version>1</Version><OSType>LINUX_64</OSType></OVFDescription>
<OVFDescription OVFFile="slow.raw" DiskFormat="RAW" DiskSize="160"><Product>Slow one</Product>
<Info>Comes from far away</Info></OVFDescription></RepositorySpace>"""


@pytest.fixture
def mirror(guest):
    """A publisher whose list and one of whose images come slowly."""
    running = Mirror().start()
    listed = LIST.format(url=running.url).encode()
    running.serve("/images/ovfindex.xml", listed, piece_bytes=len(listed) // 5, pause_seconds=0.8)
    running.serve("/images/small.qcow2", guest.read_bytes())
    slow = b"\xeb" + bytes(range(256)) * (LARGE_MIB * 4096 - 1) + bytes(255)
    running.serve("/images/slow.raw", slow, pause_seconds=0.05)
    yield running
    running.stop()


def offer(page, name: str):
    return page.locator("[data-definition]", has=page.get_by_role("heading", name=name))


def test_a_list_is_read_one_image_of_it_is_fetched_and_runs_and_another_is_given_up(embedded, mirror):
    with browser_page() as page:
        sign_in(page, embedded.url, "dana", embedded.users["dana"])
        page.goto(f"{embedded.url}/catalogue/remote/add/")
        page.get_by_label("Address of its list").fill(f"{mirror.url}/images")
        page.get_by_role("button", name="Add and read").click()
        expect(page.locator("[data-reading] progress")).to_be_visible(timeout=PATIENCE_MS)
        shoot(page, "remote-reading")
        expect(page.get_by_role("heading", name="Official images")).to_be_visible(timeout=PATIENCE_MS)
        offer(page, "Small guest").get_by_role("button").click()
        offer(page, "Slow one").get_by_role("button").click()
        expect(offer(page, "Slow one").locator("progress")).to_be_visible(timeout=PATIENCE_MS)
        expect(offer(page, "Small guest")).to_have_attribute("data-status", "DOWNLOAD", timeout=PATIENCE_MS)
        shoot(page, "remote-downloads")
        offer(page, "Slow one").get_by_role("button", name="Give up").click()
        expect(offer(page, "Slow one")).to_have_attribute("data-status", "NOT_DOWNLOAD", timeout=PATIENCE_MS)
        page.get_by_role("button", name="Read again").click()
        page.locator("[data-reading]").get_by_role("button", name="Cancel").click()
        expect(page.locator("[data-reading]")).to_have_count(0, timeout=PATIENCE_MS)
        expect(page.locator("[data-definition]")).to_have_count(2)
        assert page.locator(".notice-warning").count() == 0
        shoot(page, "remote-given-up")
        offer(page, "Small guest").get_by_role("link", name="To the template").click()
        page.wait_for_url(lambda url: url.rstrip("/").rpartition("/")[2].isdigit())
        number = page.url.rstrip("/").rpartition("/")[2]
    locations = embedded.rest("GET", "/cloud/locations", user="dana").json()["collection"]
    template = embedded.rest(
        "GET", f"/cloud/locations/{locations[0]['id']}/templates/{number}", user="dana"
    ).json()
    assert (template["name"], template["osType"]) == ("Small guest", "LINUX_64")
    assert_runs(embedded, template)
    assert not [path for path in embedded.data_dir.glob("repository/.staging/*/data")]


def assert_runs(embedded, template: dict) -> None:
    tenant = Tenant(embedded)
    tenant.template_url = link(template, "edit")
    machine = tenant.create(template["name"])
    task = tenant.act(machine, "deploy")
    assert tenant.outcome(task) == "FINISHED_SUCCESSFULLY", embedded.rest("GET", task).text
    assert tenant.state(machine) == "ON"
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
