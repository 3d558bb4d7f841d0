"""The field that chooses among many: by keyboard alone, on a telephone, and told to screen readers."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_manners import AXE, LEVELS

PHONE = 390


@pytest.fixture
def form(portal, open_as):
    page = open_as("operator", width=PHONE)
    page.goto(portal.url + "/people/scopes/new/")
    return page


def test_one_searches_chooses_and_takes_out_without_a_mouse(portal, form):
    form.get_by_label("Name", exact=True).fill(portal.new_name())
    search, entries = form.get_by_role("combobox", name="Enterprises"), form.get_by_role("listbox").first
    chips = form.get_by_role("list", name="Chosen").first.get_by_role("listitem")

    search.press_sequentially("de")
    expect(entries.get_by_role("option", name="Demo", exact=True)).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(chips).to_have_text(["Demo"])
    expect(entries.get_by_role("option", name="Demo", exact=True)).to_have_attribute("aria-selected", "true")

    search.press("Escape")
    expect(search).to_have_attribute("aria-expanded", "false")
    search.fill("atrium")
    expect(entries.get_by_role("option", name="Atrium Hosting")).to_be_visible()
    search.press("ArrowDown")
    search.press("Enter")
    expect(chips).to_have_text(["Demo", "Atrium Hosting"])

    search.press("Escape")
    search.press("Shift+Tab")
    form.keyboard.press("Enter")
    expect(chips).to_have_text(["Demo"])
    form.get_by_role("button", name="Create").press("Enter")
    expect(form.get_by_role("main")).to_contain_text("Demo")
    expect(form.get_by_role("heading", level=1)).to_contain_text("tested-")


def test_the_open_list_meets_wcag_aa_and_is_no_wider_than_the_telephone(form):
    form.get_by_role("combobox", name="Enterprises").click()
    expect(form.get_by_role("listbox").get_by_role("option").first).to_be_visible()

    form.evaluate(f"{AXE()}; undefined")
    violations = form.evaluate(f"axe.run(document, {LEVELS})")["violations"]

    assert [each["id"] + each["nodes"][0]["html"] for each in violations] == []
    assert form.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_what_has_no_such_name_is_said(form):
    search = form.get_by_role("combobox", name="Enterprises")
    search.fill("nobody & sons")
    expect(form.get_by_text("Nothing has this name.")).to_be_visible()
    search.press("Enter")
    expect(form.get_by_role("heading", level=1)).to_have_text("New scope")
