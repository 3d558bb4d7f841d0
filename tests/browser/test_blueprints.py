"""An appliance becomes a blueprint and the blueprint another appliance, in the browser."""

import re

from playwright.sync_api import expect

from tests.acceptance.browser import shoot


def test_an_appliance_is_saved_as_a_blueprint_and_made_again_by_it(portal, open_as):
    name = portal.new_name()
    page = open_as("demo", "/machines/deploy/")
    page.locator("input[name=template]").first.check(force=True)
    page.fill("#id_name", name)
    page.fill("#id_system_disk_gib", "1")
    page.select_option("#id_virtual_appliance", "")
    page.fill("#id_new_appliance", f"shop of {name}")
    expect(page.locator(".plan-price")).to_contain_text("per hour")
    shoot(page, "deploy-larger-disk")
    page.click("button[name=draft]")
    page.wait_for_url(re.compile(r"/machines/\d+/$"))

    page = open_as("operator", "/virtual-appliances/")
    page.get_by_role("link", name=f"shop of {name}").first.click()
    page.get_by_role("link", name="Save as blueprint").click()
    page.fill("[name=name]", f"plan of {name}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name=re.compile("^Use")).first.click()
    page.fill("[name=name]", f"twin of {name}")
    expect(page.locator(".plan-go .btn-primary")).to_be_enabled()
    shoot(page, "use-blueprint")
    page.locator(".plan-go .btn-primary").click()

    page.wait_for_url(re.compile(r"/virtual-appliances/\d+/$"))
    expect(page.get_by_role("heading", name=f"twin of {name}")).to_be_visible()
    page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("link", name="Hardware").click()
    expect(
        page.get_by_role("cell", name="1.0 GiB").or_(page.get_by_role("cell", name="1 GiB"))
    ).to_be_visible()
    expect(page.get_by_label("Disk 1 in GiB")).to_be_visible()
    shoot(page, "hardware-with-disks")
