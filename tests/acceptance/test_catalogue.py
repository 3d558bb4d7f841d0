"""A package of another product comes in, a machine of it runs at once and leaves it, and goes out again."""

import json
import re
import subprocess
import tarfile
from pathlib import Path

import libvirt
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser import browser_page, shoot, sign_in
from tests.acceptance.machine_page import act, console_text_pixels, state, told, until
from tests.system.tenant import link

pytestmark = [pytest.mark.browser, pytest.mark.hypervisor, pytest.mark.slow]

PATIENCE_MS = 120_000
SLOW_MIB_PER_SECOND = 4
DROP = """(zone, chosen) => {
  const transfer = new DataTransfer();
  transfer.items.add(document.querySelector(chosen).files[0]);
  zone.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""
HOME = "() => document.body.insertAdjacentHTML('beforeend', '<input type=file id=at-home hidden>')"
DESCRIPTOR = """<?xml version="1.0"?>
<Envelope ovf:version="1.0" xml:lang="en-US" xmlns="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
  xmlns:vbox="http://www.virtualbox.org/ovf/machine">
  <References><File ovf:id="file1" ovf:href="shop-disk001.vmdk"/></References>
  <DiskSection><Info>List of the virtual disks used in the package</Info>
    <Disk ovf:capacity="402653184" ovf:diskId="vmdisk1" ovf:fileRef="file1"
      ovf:format="http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"
      vbox:uuid="0b8d2f0f-57d5-4f0c-9b5e-1f6f7d4e9a10"/></DiskSection>
  <NetworkSection><Info>Logical networks</Info><Network ovf:name="NAT"/></NetworkSection>
  <VirtualSystem ovf:id="shop"><Info>A virtual machine</Info>
    <OperatingSystemSection ovf:id="96"><Info>The kind of installed guest operating system</Info>
      <Description>Debian_64</Description>
      <vbox:OSType ovf:required="false">Debian_64</vbox:OSType></OperatingSystemSection>
    <VirtualHardwareSection><Info>Virtual hardware requirements for a virtual machine</Info>
      <Item><rasd:Caption>1 virtual CPU</rasd:Caption><rasd:InstanceID>1</rasd:InstanceID>
        <rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>1</rasd:VirtualQuantity></Item>
      <Item><rasd:AllocationUnits>MegaBytes</rasd:AllocationUnits><rasd:Caption>160 MB</rasd:Caption>
        <rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>4</rasd:ResourceType>
        <rasd:VirtualQuantity>160</rasd:VirtualQuantity></Item>
      <Item><rasd:Caption>disk1</rasd:Caption><rasd:HostResource>/disk/vmdisk1</rasd:HostResource>
        <rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType></Item>
    </VirtualHardwareSection></VirtualSystem></Envelope>
"""


def run(*arguments: object) -> str:
    done = subprocess.run(list(map(str, arguments)), check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


@pytest.fixture(scope="module")
def package(embedded, tmp_path_factory) -> Path:
    """As VirtualBox writes it: the guest in a streamOptimized VMDK, with 192 MiB more than it needs."""
    home = tmp_path_factory.mktemp("home")
    larger, disk = home / "larger.qcow2", home / "shop-disk001.vmdk"
    guest = next(embedded.data_dir.glob("repository/tiny*.qcow2"))
    run("qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", guest, larger)
    run("qemu-img", "resize", "-q", "-f", "qcow2", larger, "384M")
    run("qemu-io", "-f", "qcow2", "-c", "write -P 7 128M 192M", larger)
    run("qemu-img", "convert", "-f", "qcow2", "-O", "vmdk", "-o", "subformat=streamOptimized", larger, disk)
    (home / "shop.ovf").write_text(DESCRIPTOR)
    with tarfile.open(home / "shop.ova", "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("shop.ovf", "shop-disk001.vmdk"):
            tar.add(home / name, arcname=name)
    return home / "shop.ova"


def drop(page: Page, file: Path) -> None:
    """Drag a file from home onto the page of uploads, and wait until it is a template."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/catalogue/upload/")
    page.evaluate(HOME)
    page.locator("#at-home").set_input_files(file)
    page.locator("[data-upload-zone]").evaluate(DROP, "#at-home")
    row = page.locator(".upload").first
    expect(row.locator("progress")).to_be_visible(timeout=PATIENCE_MS)
    shoot(page, f"catalogue-upload-{file.stem}")
    expect(row).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)


def template_named(embedded, name: str) -> dict:
    """The newest template of that name."""
    location = embedded.rest("GET", "/cloud/locations", user="dana").json()["collection"][0]["id"]
    found = embedded.rest("GET", f"/cloud/locations/{location}/templates?name={name}&by=id", user="dana")
    return found.json()["collection"][-1]


def number_of(template: dict) -> str:
    return link(template, "edit").rsplit("/", 1)[1]


def slowed_down(domain: libvirt.virDomain, disk: Path, mib_per_second: int) -> None:
    """Let copying off the template last longer, as a busy storage does; 0 lets it run free again."""
    until(lambda: domain.blockJobInfo(str(disk)))
    domain.blockJobSetSpeed(str(disk), mib_per_second)


def backing_of(disk: Path) -> str | None:
    described = json.loads(run("qemu-img", "info", "-U", "-f", "qcow2", "--output=json", disk))
    return described.get("backing-filename")


def deploy(page: Page, url: str, template: dict) -> None:
    page.goto(f"{url}/machines/deploy/?template={number_of(template)}")
    page.get_by_label("Name", exact=True).fill("shop")
    page.get_by_role("button", name="Deploy", exact=True).last.click()
    page.wait_for_url(re.compile(r"/machines/\d+/"))
    expect(state(page)).to_have_attribute("data-state", "ON", timeout=PATIENCE_MS)


def watch_it_boot_while_it_is_copied(page: Page, domain: libvirt.virDomain, disk: Path) -> None:
    slowed_down(domain, disk, SLOW_MIB_PER_SECOND)
    page.get_by_role("link", name="Console", exact=True).click()
    page.wait_for_selector("[data-console-screen] canvas")
    until(lambda: console_text_pixels(page) > 500)
    expect(page.locator(".machine-beside progress")).to_be_visible()
    assert backing_of(disk).endswith(".vmdk")
    shoot(page, "catalogue-boots-while-copied")
    slowed_down(domain, disk, 0)
    expect(page.locator(".machine-beside progress")).to_have_count(0, timeout=PATIENCE_MS)
    assert backing_of(disk) is None


def make_instance(page: Page, name: str) -> None:
    """By the dialog; ends on the page of the template that became of it."""
    act(page, "power_off")
    expect(state(page)).to_have_attribute("data-state", "OFF", timeout=PATIENCE_MS)
    page.locator('#machine-header [data-action="instance"]:not([aria-disabled])').click()
    page.locator("#dialog [name=name]").fill(name)
    shoot(page, "catalogue-instance-dialog")
    page.locator("#dialog footer button[type=submit]").click()
    page.locator(".task-result").get_by_role("link", name=name).click(timeout=PATIENCE_MS)
    page.wait_for_url(re.compile(r"/catalogue/\d+/$"))
    shoot(page, "catalogue-instance")


def export(page: Page, folder: Path) -> Path:
    """The package made of the template whose page is open, as the browser saves it."""
    parts = page.get_by_role("navigation", name="Parts of the template")
    parts.get_by_role("link", name="Download").click()
    page.get_by_role("button", name="Export as OVA").click()
    fetch = page.locator("#template-package").get_by_role("link", name=re.compile("^Download"))
    fetch.wait_for(timeout=PATIENCE_MS)
    shoot(page, "catalogue-exported")
    with page.expect_download() as download:
        fetch.click()
    download.value.save_as(folder / download.value.suggested_filename)
    return folder / download.value.suggested_filename


def test_a_foreign_package_runs_at_once_becomes_an_instance_and_goes_out_and_in_again(
    embedded, package, tmp_path
):
    hypervisor = libvirt.open(told(embedded, "ATRIUM_HOST_URI"))
    repository = embedded.data_dir / "repository"
    with browser_page(accept_downloads=True) as page:
        sign_in(page, embedded.url, "dana", embedded.users["dana"])
        drop(page, package)
        template = template_named(embedded, "shop")
        assert (template["osType"], template["ramRequired"]) == ("DEBIAN_64", 160)
        deploy(page, embedded.url, template)
        (domain,), (disk,) = hypervisor.listAllDomains(), embedded.data_dir.glob("datastore/*.qcow2")
        watch_it_boot_while_it_is_copied(page, domain, disk)
        make_instance(page, "shop, set up")
        made = template_named(embedded, "shop, set up")
        assert link(made, "master") == link(template, "edit")
        again = export(page, tmp_path)
        assert again.name == "shop, set up.ova"
        drop(page, again)
        back = template_named(embedded, "shop, set up")
        assert number_of(back) != number_of(made)
        page.goto(f"{embedded.url}/catalogue/{number_of(back)}/disks/")
        shoot(page, "catalogue-back-again")
    hypervisor.close()
    fields = ("osType", "cpuRequired", "ramRequired", "loginUser", "ethernetDriverType", "description")
    assert {name: back.get(name) for name in fields} == {name: made.get(name) for name in fields}
    captured, returned = (repository / disk_of(embedded, each)["path"] for each in (made, back))
    run("qemu-img", "compare", "-f", "qcow2", "-F", "qcow2", disk, captured)
    run("qemu-img", "compare", "-f", "qcow2", "-F", "vmdk", captured, returned)


def disk_of(embedded, template: dict) -> dict:
    return embedded.rest("GET", link(template, "disk0"), user="dana").json()
