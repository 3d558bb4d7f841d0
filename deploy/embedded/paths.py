"""Where the embedded profile and the test peers keep files, sockets and namespaces."""

import hashlib
import os
import tempfile
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
SHARED_CACHE_DIR = PROJECT_DIR / "var" / "cache"
SOCKET_PATH_LIMIT_BYTES = 107
LONGEST_SOCKET_NAME_BYTES = 48


def fingerprint(directory: Path) -> str:
    """Eight hexadecimal digits that tell one data directory from another on this machine."""
    return hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:8]


def namespace_name(directory: Path) -> str:
    """Name of the network namespace that belongs to this data directory."""
    return f"atrium-{fingerprint(directory)}"


def socket_dir(directory: Path) -> Path:
    """Directory for the unix sockets of `directory`: its own `run`, or a short private one.

    The kernel refuses socket paths of more than 107 bytes, and people do choose deep data directories.
    """
    own = directory.resolve() / "run"
    if len(os.fsencode(own)) + 1 + LONGEST_SOCKET_NAME_BYTES <= SOCKET_PATH_LIMIT_BYTES:
        return own
    if os.geteuid() == 0:
        return Path("/run") / namespace_name(directory)
    return Path(tempfile.gettempdir()) / f"{namespace_name(directory)}-{os.geteuid()}"
