"""A new user's first visit, in a browser, against what ``make run`` starts, on real QEMU."""

import re
import subprocess
import time

import libvirt
import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser import browser_page, shoot, sign_in
from tests.acceptance.machine_page import act, console_text_pixels, state, told, until

pytestmark = [pytest.mark.browser, pytest.mark.hypervisor, pytest.mark.slow]

SEEN_WITHIN_MS = 2_000
BOOT_MS = 90_000
CURSOR_PIXELS = 100
TYPED = "typed-by-a-tenant"


def answers(namespace: str, address: str, page: str = "") -> bool:
    """Whether the guest's web server has the page, asked from its host's namespace."""
    asked = ["timeout", "3", "busybox", "wget", "-qO-", f"http://{address}/{page}"]
    command = ["nsenter", f"--net=/run/netns/{namespace}", *asked]
    return subprocess.run(command, capture_output=True).returncode == 0


def settled(measure, pause_seconds: float = 1.0) -> int:
    """The number of pixels once it stays the same over the pause, but for a blinking cursor."""
    value = measure()
    while True:
        time.sleep(pause_seconds)
        before, value = value, measure()
        if abs(before - value) < CURSOR_PIXELS:
            return value


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
