"""Runs inside the bare Debian: `make run`, a deployment by REST, `make test`. Standard library only."""

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT_DIR = Path(__file__).resolve().parents[2]
PORT = "8099"
URL = f"http://127.0.0.1:{PORT}"
START_SECONDS = 1200
DEPLOY_SECONDS = 180
STOP_SECONDS = 60
LEFTOVERS = ("libvirtd", "qemu-system", "dnsmasq", "redis-server", "celery", "uvicorn")


class Tenant:
    """The demo user by REST."""

    def __init__(self, logins_file: Path = PROJECT_DIR / "var/embedded/demo.json") -> None:
        logins = json.loads(logins_file.read_text())["users"]
        user = next(each for each in logins if each["role"] == "USER")
        token = base64.b64encode(f"{user['name']}:{user['password']}".encode()).decode()
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}

    def call(self, method: str, url: str, body: Any = None) -> Any:
        """One request; an answer outside 2xx ends the proof."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(url, data=data, headers=self._headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {url} answered {error.code}: {error.read().decode(errors='replace')}")
        return json.loads(content) if content else None

    def finish(self, machine: dict[str, Any], action: str) -> None:
        """Start an action and follow its task to the end."""
        task = link(self.call("POST", link(machine, action)), "status")
        state = eventually(lambda: ended(self.call("GET", task)), DEPLOY_SECONDS, f"the end of {action}")
        if state != "FINISHED_SUCCESSFULLY":
            sys.exit(f"{action} ended as {state}: {self.call('GET', task)}")


def link(document: dict[str, Any], relation: str) -> str:
    return next(each["href"] for each in document["links"] if each["rel"] == relation)


def ended(task: dict[str, Any]) -> str:
    return task["state"] if task["state"] not in ("PENDING", "QUEUEING", "STARTED", "RUNNING") else ""


def eventually(look: Callable[[], Any], seconds: float, what: str) -> Any:
    """What `look` answers once it is true; ends the proof when that takes longer than it may."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.5)
    sys.exit(f"Waited {seconds:.0f} s in vain for {what}.")


def deploy_one_machine() -> None:
    """Create, deploy, see it on, undeploy, delete."""
    tenant = Tenant()
    datacenter = tenant.call("GET", f"{URL}/api/cloud/virtualdatacenters")["collection"][0]
    appliance = tenant.call("GET", link(datacenter, "virtualappliances"))["collection"][0]
    template = tenant.call("GET", link(datacenter, "templates"))["collection"][0]
    address = next(each["href"] for each in template["links"] if each["rel"] in ("edit", "self"))
    body = {"label": "proof", "links": [{"rel": "virtualmachinetemplate", "href": address}]}
    machine = tenant.call("POST", link(appliance, "virtualmachines"), body)
    tenant.finish(machine, "deploy")
    state = tenant.call("GET", link(machine, "edit"))["state"]
    if state != "ON":
        sys.exit(f"The machine is {state} after its deployment.")
    tenant.finish(machine, "undeploy")
    tenant.call("DELETE", link(machine, "edit"))


def healthy() -> bool:
    try:
        with urllib.request.urlopen(f"{URL}/healthz", timeout=5):
            return True
    except OSError:
        return False


def prove_run() -> None:
    """`make run` to health, a deployment, Ctrl-C, nothing left."""
    begun = time.monotonic()
    running = subprocess.Popen(["make", "run", f"PORT={PORT}"], cwd=PROJECT_DIR, start_new_session=True)
    eventually(lambda: healthy() or running.poll() is not None, START_SECONDS, "a healthy portal")
    if running.poll() is not None:
        sys.exit(f"make run ended with exit status {running.returncode}.")
    print(
        f"make run: healthy after {time.monotonic() - begun:.0f} s on a machine that had nothing", flush=True
    )
    begun = time.monotonic()
    deploy_one_machine()
    print(f"a machine deployed, undeployed and deleted in {time.monotonic() - begun:.1f} s", flush=True)
    os.killpg(running.pid, signal.SIGINT)
    running.wait(STOP_SECONDS)
    eventually(lambda: not left_running(), STOP_SECONDS, f"the end of {left_running()}")
    namespaces = Path("/run/netns")
    if namespaces.is_dir() and list(namespaces.iterdir()):
        sys.exit(f"Network namespaces stayed: {list(namespaces.iterdir())}")
    print("stopped, nothing left", flush=True)


def left_running() -> list[str]:
    """Command lines that `make run` should have ended; this process namespace holds nothing else."""
    lines = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                lines.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return [line[:100] for line in lines if any(word in line for word in LEFTOVERS)]


def main() -> int:
    prove_run()
    begun = time.monotonic()
    status = subprocess.run(["make", "test"], cwd=PROJECT_DIR, check=False).returncode
    print(f"make test: exit status {status} after {time.monotonic() - begun:.0f} s", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
