"""Keyboard, narrow screens, dark pages, contrast, lost connections: how every page behaves."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_machines import deploy, state

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text
LEVELS = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
PAGES = (
    "/", "/machines/", "/machines/deploy/", "/virtual-appliances/", "/virtual-datacenters/",
    "/virtual-datacenters/new/", "/virtual-datacenters/1/", "/catalogue/", "/catalogue/?view=list",
    "/catalogue/1/", "/catalogue/1/disks/", "/catalogue/1/formats/", "/catalogue/1/download/",
    "/catalogue/1/edit/", "/catalogue/repositories/1/", "/catalogue/upload/", "/catalogue/blueprints/new/",
    "/activity/",
    "/people/", "/people/tree/", "/people/scopes/", "/people/scopes/1/", "/people/scopes/new/",
    "/people/enterprises/new/", "/people/enterprises/1/", "/people/enterprises/1/properties/",
    "/people/enterprises/1/history/", "/infrastructure/enterprises/1/locations/", "/infrastructure/",
    "/infrastructure/hosts/1/", "/accounts/password/change/", "/account/profile/", "/account/security/",
    "/account/sessions/", "/account/sessions/all/", "/account/policy/", "/account/of/2/",
    "/account/tokens/", "/account/applications/", "/people/enterprises/1/users/",
    "/people/enterprises/1/limits/", "/people/enterprises/2/limits/edit/", "/people/enterprises/2/theme/",
    "/people/enterprises/1/mail/", "/people/enterprises/1/mail/server/", "/people/enterprises/2/edit/",
    "/people/roles/", "/people/roles/2/?other=3", "/people/roles/new/?copy=3", "/people/users/2/",
    "/people/users/2/edit/", "/people/users/new/?enterprise=2", "/why/?what=VDC_MANAGE", "/verify-usage/",
    "/approvals/", "/approvals/deputies/", "/approvals/enterprises/2/rules/",
    "/approvals/enterprises/2/rules/new/", "/mails/",
)  # fmt: skip
BACK_OFFICE = (
    "/admin/", "/admin/infrastructure/host/", "/admin/infrastructure/host/1/change/",
    "/admin/tenants/user/add/", "/admin/tenants/enterprise/1/change/",
    "/admin/infrastructure/datacenter/1/change/", "/admin/catalogue/template/",
)  # fmt: skip
TABS = ("", "console/", "hardware/", "network/", "timeline/", "cost/")


@pytest.fixture(scope="module")
def machine_path(portal, chromium, sessions):
    """The page of a machine that exists."""
    from tests.browser.conftest import _sign_in

    state_of_demo = sessions.setdefault("demo", _sign_in(chromium, portal, "demo"))
    context = chromium.new_context(storage_state=state_of_demo)
    page = context.new_page()
    page.goto(portal.url + "/machines/deploy/")
    deploy(page, portal.new_name())
    expect(state(page, "ON")).to_be_visible(timeout=20_000)
    path = page.url.removeprefix(portal.url)
    context.close()
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_meet_wcag_aa(portal, open_as, machine_path, scheme):
    page = open_as("operator", scheme=scheme)
    found = {}
    for path in (*PAGES, *(machine_path + tab for tab in TABS)):
        page.goto(portal.url + path)
        page.wait_for_load_state("networkidle")
        page.evaluate(f"{AXE()}; undefined")
        violations = page.evaluate(f"axe.run(document, {LEVELS})")["violations"]
        found |= {f"{path} {each['id']}": each["nodes"][0]["html"] for each in violations}
    open_as.complaints[:] = [each for each in open_as.complaints if "console" not in each]

    assert found == {}


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_no_page_is_wider_than_its_window(portal, open_as, machine_path, width):
    page = open_as("operator", width=width)
    wide = {}
    for path in (*PAGES, *(machine_path + tab for tab in TABS)):
        page.goto(portal.url + path)
        page.wait_for_timeout(100)
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if beyond > 0:
            wide[path] = beyond
    open_as.complaints[:] = [each for each in open_as.complaints if "console" not in each]

    assert wide == {}


def test_the_back_office_works_under_its_security_policy(portal, open_as):
    page = open_as("operator")
    for path in BACK_OFFICE:
        assert page.goto(portal.url + path).status == 200
        page.wait_for_load_state("networkidle")

    page.goto(portal.url + "/admin/tenants/enterprise/add/")
    page.fill("[name=name]", "Made in the back office")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Made in the back office").first).to_be_visible()


def test_a_refusal_of_a_service_stands_in_the_back_offices_form(portal, open_as):
    page = open_as("operator", "/admin/tenants/enterprise/add/")
    page.fill("[name=name]", "Demo")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("already").first).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("Demo")


def test_the_keyboard_walks_rows_and_selects(portal, open_as, machine_path):
    page = open_as("demo", "/machines/")
    page.keyboard.press("j")
    expect(page.locator("tr.current")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.keyboard.press("/")
    expect(page.locator("[data-list-search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/catalogue/")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()


def test_the_palette_finds_pages_machines_and_actions(portal, open_as, machine_path):
    page = open_as("demo", machine_path)
    name = page.locator("h1").inner_text()
    page.keyboard.press("Control+k")
    page.keyboard.type(f"stop {name}")
    expect(page.get_by_role("option", name=f"Shut down {name}")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{machine_path}*")

    expect(page.locator("#dialog[open]").get_by_role("heading")).to_have_text(f"Shut down {name}?")


def test_a_dialog_gives_the_focus_back(portal, open_as, machine_path):
    page = open_as("demo", machine_path)
    page.locator("[data-action=power_off]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dialog[open]")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("[data-action=power_off]")).to_be_focused()


def test_a_disabled_button_tells_why_on_focus(portal, open_as, machine_path):
    page = open_as("demo", machine_path)
    page.locator("[data-action=power_on]").focus()

    expect(page.get_by_text("Only machines that are off can be powered on.")).to_be_visible()


def test_a_dialog_begins_in_its_first_field_or_on_what_changes_nothing(portal, open_as, machine_path):
    page = open_as("dana", machine_path)
    page.locator("[data-action=power_off]").press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-action=delete]").press("Enter")
    expect(page.locator("#dialog [name=typed_name]")).to_be_focused()


def test_files_are_chosen_by_the_enter_key(portal, open_as):
    page = open_as("dana", "/catalogue/upload/")
    # Playwright begins to catch choosers some time after it was asked to, so it is asked before a reload.
    page.on("filechooser", lambda _chooser: None)
    page.reload()
    page.locator("[data-upload-files]").focus()

    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")

    assert chooser.value.is_multiple()


def test_the_keyboard_keeps_its_place_when_a_part_is_replaced(portal, open_as):
    page = open_as("operator", "/catalogue/repositories/1/")
    look = page.get_by_role("button", name="Look through now")
    look.press("Enter")
    task = page.locator("#repository-now").get_by_role("link", name="Look through the repository")
    expect(task).to_be_visible()
    task.focus()
    page.evaluate("htmx.trigger(document.body, 'repositoryChanged')")

    expect(page.locator("#repository-now")).to_be_focused()
    page.keyboard.press("Tab")
    expect(task).to_be_focused()


@pytest.mark.parametrize("path", ["/catalogue/?view=list", "/catalogue/1/disks/", "/machines/", "/people/"])
def test_tables_on_a_telephone_name_their_columns(portal, open_as, machine_path, path):
    page = open_as("operator", path, width=390)
    names = "cell => getComputedStyle(cell, '::before').content.replaceAll('\"', '')"
    labelled = page.locator("main .stack tbody td[data-label]:not(.beside, .gone)")

    shown = labelled.evaluate_all(f"cells => cells.map({names})")

    assert shown and shown == labelled.evaluate_all("cells => cells.map(cell => cell.dataset.label)")


def test_the_theme_one_chooses_stays(portal, open_as):
    page = open_as("demo")
    page.get_by_role("button", name="Colour theme").click()
    page.get_by_role("button", name="Dark").click()
    page.goto(portal.url + "/machines/")

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_a_lost_connection_is_told_and_comes_back(portal, open_as):
    page = open_as("demo", "/machines/")
    refuse = {"now": True}

    def answer(socket):
        if refuse["now"]:
            socket.close()
        else:
            socket.connect_to_server()

    page.route_web_socket("**/ws/events/", answer)
    page.reload()
    expect(page.locator("#live-bar")).to_be_visible()
    refuse["now"] = False

    expect(page.locator("#live-bar")).to_be_hidden(timeout=40_000)


def test_a_wrong_password_is_told_in_words(portal, open_as):
    page = open_as("", "/accounts/login/")
    page.fill("[name=login]", "demo")
    page.fill("[name=password]", "wrong")
    page.click("button[type=submit]")

    expect(page.get_by_role("alert")).to_contain_text("not correct")


def test_every_page_says_that_the_hypervisor_is_simulated(portal, open_as):
    page = open_as("demo")

    expect(page.get_by_role("note")).to_contain_text("Simulated hypervisor")


def test_an_address_that_leads_nowhere_is_told_in_words(portal, open_as):
    page = open_as("demo", "/machines/999999/")

    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    open_as.complaints.clear()
