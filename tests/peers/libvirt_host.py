"""Hypervisor hosts for tests: the embedded profile's private libvirtd plus a datastore directory."""

import itertools
import os
import subprocess
from pathlib import Path

from deploy.embedded import namespaces
from deploy.embedded.private_libvirtd import PrivateLibvirtd
from tests.peers import session

_numbers = itertools.count(1)


class LibvirtHost(PrivateLibvirtd):
    """start(), stop(), kill(), restart(), `uri`, `namespace` as in PrivateLibvirtd."""

    @property
    def datastore_dir(self) -> Path:
        """Where the host's disks lie."""
        directory = self.directory / "datastore"
        directory.mkdir(exist_ok=True)
        return directory

    def enter(self, *command: str, timeout_seconds: float = 30.0) -> subprocess.CompletedProcess[str]:
        """Run a command in the host's network namespace, where its guests can be reached."""
        prefix = ["nsenter", f"--net={namespaces.NAMESPACE_DIR / self.namespace}"]
        return subprocess.run([*prefix, *command], capture_output=True, text=True, timeout=timeout_seconds)


def new_host() -> LibvirtHost:
    """A host of this test run, not started yet."""
    namespace = f"{session.namespace_prefix(session.run_id())}{os.getpid():x}-{next(_numbers)}"
    return LibvirtHost(session.run_dir() / "hosts" / namespace, namespace=namespace)


def why_impossible() -> str:
    """Empty when private hosts can run here, else the reason in words."""
    if os.geteuid() != 0:
        return "a private libvirtd needs root (network and mount namespaces)"
    return ""
