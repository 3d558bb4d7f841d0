"""A new user's first visit, in a browser, against what ``make run`` starts, on real QEMU."""

import re
import subprocess
import time

import libvirt
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser import browser_page, shoot, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.hypervisor, pytest.mark.slow]

GUEST_SECONDS = 180
SEEN_WITHIN_MS = 2_000
BOOT_MS = 90_000
CURSOR_PIXELS = 100
TYPED = "typed-by-a-tenant"


def told(embedded, variable: str) -> str:
    """What the processes of the installation are told in a variable of their environment."""
    listing = subprocess.run(["ps", "axeww", "-o", "args"], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        if str(embedded.data_dir) in line and f"{variable}=" in line and "python" in line:
            return re.search(rf"{variable}=(\S+)", line)[1]
    raise AssertionError(f"no process is told {variable}")


def answers(namespace: str, address: str, page: str = "") -> bool:
    """Whether the guest's web server has the page, asked from its host's namespace."""
    asked = ["timeout", "3", "busybox", "wget", "-qO-", f"http://{address}/{page}"]
    command = ["nsenter", f"--net=/run/netns/{namespace}", *asked]
    return subprocess.run(command, capture_output=True).returncode == 0


def until(condition, seconds: float = GUEST_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("not in time")


def settled(measure, pause_seconds: float = 1.0) -> int:
    """The number of pixels once it stays the same over the pause, but for a blinking cursor."""
    value = measure()
    while True:
        time.sleep(pause_seconds)
        before, value = value, measure()
        if abs(before - value) < CURSOR_PIXELS:
            return value


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


def deploy_by_form(page: Page, url: str, name: str) -> str:
    """Deploy a machine from the form's defaults; its address, once it is on without a reload."""
    page.goto(f"{url}/machines/deploy/")
    page.get_by_label("Name", exact=True).fill(name)
    shoot(page, "deploy")
    page.get_by_role("button", name="Deploy", exact=True).last.click()
    page.wait_for_url(re.compile(r"/machines/\d+/"))
    expect(state(page)).to_have_attribute("data-state", "ON", timeout=BOOT_MS)
    shoot(page, "machine-on")
    return page.get_by_text(re.compile(r"^192\.168\.0\.\d+$")).first.inner_text()


def type_in_console(page: Page, namespace: str, address: str) -> None:
    """Wait for the login prompt, log in, and make a page that only somebody inside can make."""
    page.get_by_role("link", name="Console", exact=True).click()
    page.wait_for_selector("[data-console-screen] canvas")
    until(lambda: console_text_pixels(page) > 500)
    until(lambda: answers(namespace, address))
    prompt = settled(lambda: console_text_pixels(page))
    shoot(page, "console-login-prompt")
    page.locator("[data-console-screen] canvas").click()
    page.keyboard.type("root\n", delay=60)
    settled(lambda: console_text_pixels(page))
    page.keyboard.type(f"touch /www/{TYPED}\n", delay=60)
    until(lambda: answers(namespace, address, TYPED))
    assert console_text_pixels(page) > prompt
    shoot(page, "console-typed")


def stop_and_start(page: Page) -> None:
    act(page, "power_off")
    expect(state(page)).to_have_attribute("data-state", "OFF")
    act(page, "power_on")
    expect(state(page)).to_have_attribute("data-state", "ON", timeout=BOOT_MS)


def test_a_machine_from_the_first_click_to_its_end(embedded):
    namespace = told(embedded, "ATRIUM_NETWORK_NAMESPACE")
    hypervisor = libvirt.open(told(embedded, "ATRIUM_HOST_URI"))
    with browser_page() as page:
        sign_in(page, embedded.url, "demo", embedded.users["demo"])
        shoot(page, "home")
        address = deploy_by_form(page, embedded.url, "hello")
        type_in_console(page, namespace, address)
        stop_and_start(page)

        hypervisor.listAllDomains()[0].destroy()
        expect(state(page)).to_have_attribute("data-state", "OFF", timeout=SEEN_WITHIN_MS)
        shoot(page, "stopped-behind-our-back")

        act(page, "undeploy")
        expect(state(page)).to_have_attribute("data-state", "NOT_ALLOCATED")
        act(page, "delete")
        page.wait_for_url(re.compile(r"/machines/$"))
        shoot(page, "gone")
    assert hypervisor.listAllDomains() == []
    hypervisor.close()
    links = subprocess.run(["ip", "-n", namespace, "-o", "link"], capture_output=True, text=True).stdout
    assert "atr" not in links


def test_ctrl_c_leaves_nothing_and_the_data_stays(embedded):
    namespace = told(embedded, "ATRIUM_NETWORK_NAMESPACE")

    assert embedded.stop() == 0

    assert embedded.leftovers() == []
    assert namespace not in subprocess.run(["ip", "netns"], capture_output=True, text=True).stdout
    assert embedded.start() < 60
    assert embedded.rest("GET", "/login").json()["nick"] == "demo"
