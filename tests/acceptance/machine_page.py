"""The page of a machine in a browser, and what its processes and its guest are asked besides."""

import re
import subprocess
import time

from playwright.sync_api import Page

GUEST_SECONDS = 180


def told(embedded, variable: str) -> str:
    """What the processes of the installation are told in a variable of their environment."""
    listing = subprocess.run(["ps", "axeww", "-o", "args"], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        if str(embedded.data_dir) in line and f"{variable}=" in line and "python" in line:
            return re.search(rf"{variable}=(\S+)", line)[1]
    raise AssertionError(f"no process is told {variable}")


def until(condition, seconds: float = GUEST_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("not in time")


def state(page: Page):
    return page.locator("#machine-header [data-state-of] [data-state]").first


def act(page: Page, name: str) -> None:
    """Press an action's button once it is enabled, and confirm where it asks."""
    button = page.locator(f'#machine-header [data-action="{name}"]:not([aria-disabled])')
    asks = button.get_attribute("hx-get") is not None
    button.click()
    if not asks:
        return
    dialog = page.locator("#dialog[open] form")
    dialog.wait_for()
    wanted = dialog.locator("[data-must-equal]")
    if wanted.count():
        wanted.fill(wanted.get_attribute("data-must-equal"))
    dialog.locator("footer button[type=submit]").click()


def console_text_pixels(page: Page) -> int:
    """How many pixels of the console's screen are not black."""
    return page.evaluate(
        """() => { const c = document.querySelector('[data-console-screen] canvas'); if (!c) return 0;
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 0; i < d.length; i += 4) if (d[i] + d[i+1] + d[i+2] > 200) n++; return n; }"""
    )
