"""Network namespaces by name and the processes that live in them. Knows nothing of libvirt."""

import contextlib
import os
import subprocess
from pathlib import Path

from deploy.embedded.processes import all_processes, end_processes

NAMESPACE_DIR = Path("/run/netns")


def create(name: str) -> None:
    """Make the namespace with its loopback up. A leftover of the same name is destroyed first."""
    destroy(name)
    _ip("netns", "add", name)
    _ip("-n", name, "link", "set", "lo", "up")


def destroy(name: str) -> None:
    """End every process of the namespace, then the namespace with its bridges and taps. Absent is fine."""
    if not exists(name):
        return
    end_processes(processes(name))
    with contextlib.suppress(subprocess.CalledProcessError):
        _ip("netns", "delete", name)


def exists(name: str) -> bool:
    """Whether a namespace of that name is mounted."""
    return (NAMESPACE_DIR / name).exists()


def processes(name: str) -> list[int]:
    """Ids of the processes whose network namespace is the named one."""
    with contextlib.suppress(FileNotFoundError):
        wanted = os.stat(NAMESPACE_DIR / name).st_ino
        return [pid for pid in all_processes() if _namespace_inode(pid) == wanted]
    return []


def _namespace_inode(pid: int) -> int | None:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except OSError:
        return None


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
