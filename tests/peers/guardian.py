"""Runs beside pytest and cleans up after it (`python -m tests.peers.guardian RUN_ID`) once its stdin ends."""

import contextlib
import os
import shutil
import signal
import sys

from deploy.embedded import namespaces, paths, processes
from deploy.embedded.private_libvirtd import PrivateLibvirtd
from tests.peers import session

KEEP_FILES_VARIABLE = "ATRIUM_KEEP_TEST_FILES"


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    clean_up(sys.argv[1])


def clean_up(identifier: str) -> None:
    """End the run's hypervisor hosts and processes, remove its namespaces and files."""
    directory = session.directory_of(identifier)
    for namespace in _namespaces_of(identifier):
        PrivateLibvirtd(directory / "hosts" / namespace, namespace=namespace).stop()
    marked = processes.marked_processes(session.RUN_VARIABLE, identifier)
    processes.end_processes(marked, grace_seconds=8)
    if not os.environ.get(KEEP_FILES_VARIABLE):
        for socket_dir in {
            paths.socket_dir(child) for child in (*directory.glob("*"), *directory.glob("hosts/*"))
        }:
            shutil.rmtree(socket_dir, ignore_errors=True)
        shutil.rmtree(directory, ignore_errors=True)


def _namespaces_of(identifier: str) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        prefix = session.namespace_prefix(identifier)
        return [name for name in os.listdir(namespaces.NAMESPACE_DIR) if name.startswith(prefix)]
    return []


if __name__ == "__main__":
    main()
