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
TYPED = "typed-by-a-tenant"


def host_of(embedded) -> tuple[str, str]:
    """URI and network namespace of the hypervisor, as its processes are told them."""
    for line in subprocess.run(["ps", "axeww", "-o", "args"], capture_output=True, text=True).stdout.splitlines():
        if str(embedded.data_dir) in line and "ATRIUM_HOST_URI=" in line and "uvicorn" in line:
            return re.search(r"ATRIUM_HOST_URI=(\S+)", line)[1], namespace_of(embedded)
    raise AssertionError("no process knows the host")


def namespace_of(embedded) -> str:
    for line in subprocess.run(["ps", "axeww", "-o", "args"], capture_output=True, text=True).stdout.splitlines():
        if str(embedded.data_dir) in line and "ATRIUM_NETWORK_NAMESPACE=" in line:
            return re.search(r"ATRIUM_NETWORK_NAMESPACE=(\S+)", line)[1]
    raise AssertionError("no process knows the namespace")


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


def test_a_machine_from_the_first_click_to_its_end(embedded):
    uri, namespace = host_of(embedded)
    with browser_page() as page:
        sign_in(page, embedded.url, "demo", embedded.users["demo"])
        shoot(page, "home")

        page.goto(f"{embedded.url}/machines/deploy/")
        page.get_by_label("Name", exact=True).fill("hello")
        shoot(page, "deploy")
        page.get_by_role("button", name="Deploy", exact=True).last.click()
        page.wait_for_url(re.compile(r"/machines/\d+/"))
        expect(state(page)).to_have_attribute("data-state", "ON", timeout=BOOT_MS)
        shoot(page, "machine-on")
        address = page.get_by_text(re.compile(r"^192\.168\.0\.\d+$")).first.inner_text()

        page.get_by_role("link", name="Console", exact=True).click()
        page.wait_for_selector("[data-console-screen] canvas")
        until(lambda: console_text_pixels(page) > 500)
        until(lambda: answers(namespace, address))
        time.sleep(3)
        shoot(page, "console-login-prompt")
        before = console_text_pixels(page)
        page.locator("[data-console-screen] canvas").click()
        page.keyboard.type("root\n", delay=60)
        time.sleep(1.5)
        page.keyboard.type(f"touch /www/{TYPED}\n", delay=60)
        until(lambda: answers(namespace, address, TYPED))
        assert console_text_pixels(page) > before
        shoot(page, "console-typed")

        act(page, "power_off")
        expect(state(page)).to_have_attribute("data-state", "OFF")
        act(page, "power_on")
        expect(state(page)).to_have_attribute("data-state", "ON", timeout=BOOT_MS)

        connection = libvirt.open(uri)
        (domain,) = connection.listAllDomains()
        domain.destroy()
        expect(state(page)).to_have_attribute("data-state", "OFF", timeout=SEEN_WITHIN_MS)
        shoot(page, "stopped-behind-our-back")

        act(page, "undeploy")
        expect(state(page)).to_have_attribute("data-state", "NOT_ALLOCATED")
        act(page, "delete")
        page.wait_for_url(re.compile(r"/machines/$"))
        shoot(page, "gone")
        assert connection.listAllDomains() == []
        connection.close()
    links = subprocess.run(["ip", "-n", namespace, "-o", "link"], capture_output=True, text=True).stdout
    assert "atr" not in links


def test_ctrl_c_leaves_nothing_and_the_data_stays(embedded):
    namespace = namespace_of(embedded)

    assert embedded.stop() == 0

    assert embedded.leftovers() == []
    assert namespace not in subprocess.run(["ip", "netns"], capture_output=True, text=True).stdout
    assert embedded.start() < 60
    assert embedded.rest("GET", "/login").json()["nick"] == "demo"
