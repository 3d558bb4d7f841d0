"""``make run HYPERVISOR=simulated``: everything but the hypervisor is real, and every page says so."""

import shutil
import tempfile
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
