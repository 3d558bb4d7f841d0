"""What a newcomer waits for: the login page after ``git clone``, the login prompt after a deployment."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import libvirt

from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from deploy.embedded import clearing, paths
from deploy.embedded.private_libvirtd import PrivateLibvirtd
from deploy.fresh import inside
from tests.peers.server import free_port

START_SECONDS = 900
PROMPT_SECONDS = 240
STOP_SECONDS = 60
ANSWER_SECONDS = 5
PROMPT = b"login:"


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Needs nothing of the stack: ``make run`` starts the embedded profile by itself."""
    directory = Path(tempfile.mkdtemp(prefix="atrium-bench-"))
    try:
        clone, data_dir = directory / "atrium", directory / "data"
        began = time.perf_counter()
        subprocess.run(["git", "clone", "-q", str(paths.PROJECT_DIR), str(clone)], check=True)
        with _Run(clone, data_dir) as first:
            to_page = first.page_at - began
            prompts = [_deploy_and_wait(first, data_dir) for _ in range(2)]
        with _Run(clone, data_dir) as second:
            again = second.page_at - second.began
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return _report(to_page, again, prompts)


class _Run:
    """``make run`` of a clone, from its start until Ctrl-C."""

    def __init__(self, clone: Path, data_dir: Path) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        variables = {"PORT": str(port), "DATA_DIR": str(data_dir), "HOST": "127.0.0.1"}
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("ATRIUM_", "DJANGO_", "PYTHON"))
        }
        self.data_dir = data_dir
        self._log = data_dir.with_suffix(".log").open("ab")
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            ["make", "run"], cwd=clone, env=inherited | variables, stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip

    def __enter__(self) -> "_Run":
        try:
            _until(self._shows_login_page, START_SECONDS, "login page")
        except BaseException:
            self.__exit__()
            raise
        self.page_at = time.perf_counter()
        _until(
            lambda: (self.data_dir / "demo.json").exists() and _answers(f"{self.url}/healthz"), 120, "health"
        )
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._log.close()

    def _shows_login_page(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"make run ended: {Path(self._log.name).read_text()[-2000:]}")
        return _answers(f"{self.url}/accounts/login/")


def _deploy_and_wait(run: _Run, data_dir: Path) -> tuple[float, float]:
    """Seconds from the request until the machine was ON, and until its console showed a login prompt."""
    tenant = inside.Tenant(data_dir / "demo.json")
    datacenter = tenant.call("GET", f"{run.url}/api/cloud/virtualdatacenters")["collection"][0]
    appliance = tenant.call("GET", inside.link(datacenter, "virtualappliances"))["collection"][0]
    template = tenant.call("GET", inside.link(datacenter, "templates"))["collection"][0]
    address = next(each["href"] for each in template["links"] if each["rel"] in ("edit", "self"))
    body = {"label": "first", "links": [{"rel": "virtualmachinetemplate", "href": address}]}
    machine = tenant.call("POST", inside.link(appliance, "virtualmachines"), body)
    began = time.perf_counter()
    task = inside.link(tenant.call("POST", inside.link(machine, "deploy")), "status")
    _until(lambda: inside.ended(tenant.call("GET", task)), PROMPT_SECONDS, "the deployment's end")
    on = time.perf_counter() - began
    _wait_for_prompt(PrivateLibvirtd(clearing.host_directory(data_dir)).uri, machine["uuid"])
    return on, time.perf_counter() - began


def _wait_for_prompt(uri: str, machine_uuid: str) -> None:
    """Press Enter on the machine's serial console until it asks for a login."""
    connection = libvirt.open(uri)
    try:
        description = ElementTree.fromstring(connection.lookupByName(f"ATR_{machine_uuid}").XMLDesc())
        console = os.open(
            description.find("devices/serial/source").get("path"), os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY
        )
        try:
            seen = bytearray()
            _until(lambda: _prompted(console, seen), PROMPT_SECONDS, "a login prompt")
        finally:
            os.close(console)
    finally:
        connection.close()


def _prompted(console: int, seen: bytearray) -> bool:
    with suppress(BlockingIOError):
        os.write(console, b"\n")
    with suppress(BlockingIOError):
        seen += os.read(console, 65536)
    return re.search(PROMPT, seen) is not None


def _answers(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
        return answer.status == 200  # noqa: PLR2004  HTTP's OK
    return False


def _until(condition: Any, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.1)


def _report(to_page: float, again: float, prompts: list[tuple[float, float]]) -> Result:
    (first_on, first_prompt), (second_on, second_prompt) = prompts
    return Result(
        "First use",
        [
            Figure("from git clone to the login page", to_page, "s"),
            Figure("second make run to the login page", again, "s"),
            Figure("first deployment: from the request to ON", first_on, "s"),
            Figure("first deployment: from the request to the login prompt", first_prompt, "s"),
            Figure("second deployment: from the request to ON", second_on, "s"),
            Figure("second deployment: from the request to the login prompt", second_prompt, "s"),
        ],
        [
            "The clone has nothing installed but the machine's Debian packages were there; Python and npm "
            "packages are fetched and installed. The template is built by the first start.",
            "Real QEMU without KVM unless the machine has it. The request is REST's (what the page's button "
            "sends does the same); the prompt is read from the machine's serial console.",
        ],
    )
