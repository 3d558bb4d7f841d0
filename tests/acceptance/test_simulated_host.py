"""``make run HYPERVISOR=simulated``: everything but the hypervisor is real, and every page says so."""

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from tests.acceptance.browser import browser_page, shoot, sign_in
from tests.acceptance.embedded import Embedded
from tests.system.tenant import Tenant

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def simulated():
    directory = Path(tempfile.mkdtemp(prefix="atrium-sim-"))
    running = Embedded(directory / "data", HYPERVISOR="simulated")
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(directory, ignore_errors=True)


def test_a_machine_lives_on_a_simulated_host(simulated):
    tenant = Tenant(simulated)
    machine = tenant.create("pretended")

    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "ON"
    assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert tenant.state(machine) == "NOT_ALLOCATED"


def test_every_page_says_that_the_hypervisor_is_simulated(simulated):
    with browser_page() as page:
        page.goto(simulated.url)
        page.get_by_text("simulated").first.wait_for()
        sign_in(page, simulated.url, "demo", simulated.users["demo"])
        page.get_by_text("simulated").first.wait_for()
        shoot(page, "simulated")


def test_a_deployment_is_not_taken_for_something_that_happened_behind_our_back(simulated):
    tenant = Tenant(simulated)
    machine = tenant.create("expected")
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"
    time.sleep(1)

    with browser_page() as page:
        sign_in(page, simulated.url, "demo", simulated.users["demo"])
        page.goto(f"{simulated.url}/machines/{machine['id']}/timeline/")
        page.get_by_text("Machine created").first.wait_for()
        assert page.get_by_text("found").count() == 0
