"""A headless Chromium and what a person does with it. Screenshots go to ``var/screenshots``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
PATIENCE_MS = 60_000


@contextmanager
def browser_page(**context: object) -> Iterator[Page]:
    """A page of a fresh browser; script errors on any of its pages fail the test. Without transitions: on a
    slow machine the browser breaks them off and calls that an error."""
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        settings = {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"} | context
        page = browser.new_context(**settings).new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error} {error.stack}"))
        try:
            yield page
        finally:
            browser.close()
    assert not problems, problems


def sign_in(page: Page, url: str, nick: str, password: str) -> None:
    page.goto(url)
    page.get_by_label("User name").fill(nick)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")


def shoot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def fill(page: Page, **values: object) -> None:
    """Fill in the fields of a form by their names; lists tick boxes by what stands beside them, or search
    for names and choose them."""
    for name, value in values.items():
        named = page.locator(f"main [name={name}], .card [name={name}]")
        chooser = page.locator("[data-chooser]", has=page.locator(f"[name={name}]"))
        if isinstance(value, list) and chooser.count():
            for text in value:
                _search_and_choose(chooser, text)
        elif isinstance(value, list):
            for text in value:
                boxes = page.locator("label", has=page.locator(f"[name={name}]"))
                boxes.filter(has_text=text).get_by_role("checkbox").check()
        elif isinstance(value, bool):
            named.set_checked(value)
        elif named.evaluate("each => each.localName") == "select":
            _choose(named, str(value))
        else:
            named.fill(str(value))


def _search_and_choose(chooser: Locator, text: str) -> None:
    """By the keyboard, as somebody does who knows the name."""
    search = chooser.get_by_role("combobox")
    search.fill(text)
    chooser.get_by_role("option", name=text, exact=True).wait_for()
    search.press("ArrowDown")
    search.press("Enter")
    search.press("Escape")
    chooser.locator("[data-chooser-label]").get_by_text(text, exact=True).wait_for()


def _choose(select: Locator, text: str) -> None:
    """By what the option is called, or by its value."""
    if select.locator("option").get_by_text(text, exact=True).count() and text:
        select.select_option(label=text)
    else:
        select.select_option(value=text)


def press(page: Page, button: str) -> None:
    """Press a button of the form, which leads to another page."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def follow(page: Page, link: str) -> None:
    page.get_by_role("main").get_by_role("link", name=link, exact=True).click()
