"""The embedded profile running for the tests of one module."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.peers import libvirt_host as hosts


@pytest.fixture(scope="module")
def embedded():
    from tests.acceptance.embedded import Embedded

    reason = hosts.why_impossible()
    if reason:
        pytest.skip(reason)
    directory = Path(tempfile.mkdtemp(prefix="atrium-run-"))
    running = Embedded(directory / "data", ATRIUM_FETCH_ALLOWED_NETWORKS="127.0.0.2/32")
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(directory, ignore_errors=True)
