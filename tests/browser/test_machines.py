"""What a tenant does all day, in the browser, without ever reloading a page."""

import re

from playwright.sync_api import Page, expect


def deploy(page: Page, name: str, count: int = 1) -> None:
    """Fill in the deploy form on the page and send it; waits for the page that follows."""
    page.locator("input[name=template]").first.check(force=True)
    page.fill("#id_name", name)
    page.fill("#id_count", str(count))
    expect(page.locator(".plan-go .btn-primary")).to_be_enabled()
    expect(page.locator(".plan-price")).to_contain_text("per hour")
    page.click(".plan-go .btn-primary")
    page.wait_for_url(re.compile(r"/machines/(\d+/)?$"))


def state(page: Page, name: str):
    return page.locator(f"#machine-header [data-state={name}]")


def press(page: Page, action: str) -> None:
    """Press an action's button once it can be pressed."""
    page.locator(f"button[data-action={action}]:not([aria-disabled])").click()


def confirm(page: Page, typed: str = "") -> None:
    dialog = page.locator("#dialog[open]")
    if typed:
        dialog.locator("[name=typed_name]").fill(typed)
    dialog.locator("button[type=submit]").click()
    expect(dialog).to_have_count(0)


def test_a_machine_lives_from_deploy_to_delete_without_a_reload(portal, open_as):
    name = portal.new_name()
    page = open_as("demo", "/machines/deploy/")
    deploy(page, name)
    page.evaluate("window.notReloaded = true")

    expect(state(page, "ON")).to_be_visible()
    press(page, "pause")
    expect(state(page, "PAUSED")).to_be_visible()
    press(page, "resume")
    expect(state(page, "ON")).to_be_visible()
    press(page, "power_off")
    confirm(page)
    expect(state(page, "OFF")).to_be_visible()
    expect(page.get_by_text("It costs the same while it is off")).to_be_visible()
    press(page, "undeploy")
    confirm(page, typed=name)
    expect(state(page, "NOT_ALLOCATED")).to_be_visible()
    press(page, "deploy")
    confirm(page)
    expect(state(page, "ON")).to_be_visible()
    assert page.evaluate("window.notReloaded")

    press(page, "delete")
    confirm(page, typed=name)
    page.wait_for_url("**/machines/")
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_list_somebody_else_looks_at_changes_by_itself_and_keeps_what_is_selected(portal, open_as):
    name = portal.new_name()
    acting = open_as("demo", "/machines/deploy/")
    deploy(acting, name)
    expect(state(acting, "ON")).to_be_visible()
    watching = open_as("dana", "/machines/")
    row = watching.locator("tr", has=watching.get_by_role("link", name=name, exact=True))
    expect(row.locator("[data-state=ON]")).to_be_visible()
    row.locator("input[type=checkbox]").check()

    press(acting, "pause")

    expect(row.locator("[data-state=PAUSED]")).to_be_visible()
    expect(row.get_by_role("button", name="Resume")).to_be_visible()
    expect(row.locator("input[type=checkbox]")).to_be_checked()


def test_the_task_drawer_follows_from_page_to_page(portal, open_as):
    page = open_as("demo", "/machines/deploy/")
    deploy(page, portal.new_name())

    expect(page.locator("#drawer")).to_be_visible()
    page.goto(portal.url + "/catalogue/")

    expect(page.locator("#drawer")).to_be_visible()


def test_several_machines_are_made_and_stopped_together(portal, open_as):
    name = portal.new_name()
    page = open_as("demo", "/machines/deploy/")
    deploy(page, name, count=2)
    for number in (1, 2):
        row = page.locator("tr", has=page.get_by_role("link", name=f"{name}-{number}", exact=True))
        expect(row.locator("[data-state=ON]")).to_be_visible()
        row.locator("input[type=checkbox]").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")

    page.get_by_role("button", name="Undeploy").click()
    dialog = page.locator("#dialog[open]")
    expect(dialog.get_by_role("heading")).to_have_text("Undeploy 2 machines?")
    dialog.locator("button[type=submit]").click()
    expect(dialog.get_by_role("heading")).to_have_text("Undeploy: 2 started")
    dialog.get_by_role("button", name="Close").last.click()

    for number in (1, 2):
        row = page.locator("tr", has=page.get_by_role("link", name=f"{name}-{number}", exact=True))
        expect(row.locator("[data-state=NOT_ALLOCATED]")).to_be_visible()


def test_a_plan_over_the_limit_is_explained_before_anything_happens(portal, open_as):
    page = open_as("demo", "/machines/deploy/")
    page.locator("input[name=template]").first.check(force=True)
    page.fill("#id_count", "20")
    page.locator("label", has_text="My own").locator("input").check(force=True)
    page.fill("#id_vcpus", "64")
    page.fill("#id_memory_mib", "262144")

    expect(page.locator(".plan .notice").first).to_be_visible()
    expect(page.locator(".plan-go .btn-primary")).to_be_disabled()


def test_what_was_typed_survives_a_reload(portal, open_as):
    page = open_as("demo", "/machines/deploy/")
    page.fill("#id_name", "half-finished")

    page.reload()

    expect(page.locator("#id_name")).to_have_value("half-finished")
