"""Removes what a run of the embedded profile left, once stdin ends; the argument is its data directory.

The supervisor holds the other end of that pipe. However it ends, kill -9 included, nothing stays behind.
"""

import shutil
import signal
import sys
from pathlib import Path

from deploy.embedded import namespaces, paths, processes
from deploy.embedded.installation import INSTANCE_VARIABLE
from deploy.embedded.private_libvirtd import PrivateLibvirtd

GRACE_SECONDS = 8.0


def host_directory(data_dir: Path) -> Path:
    """Where the private libvirtd of that data directory keeps its state."""
    return data_dir / "hypervisor"


def clear(data_dir: Path) -> None:
    """End leftover processes, machines and namespaces of that data directory; its data stays."""
    marked = processes.marked_processes(INSTANCE_VARIABLE, str(data_dir))
    host = PrivateLibvirtd(host_directory(data_dir))
    of_the_host = set(namespaces.processes(host.namespace))
    processes.end_processes([pid for pid in marked if pid not in of_the_host], grace_seconds=GRACE_SECONDS)
    if namespaces.exists(host.namespace):
        host.stop()
    shutil.rmtree(paths.socket_dir(data_dir), ignore_errors=True)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    clear(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
