"""Whether the template repository is there: a marker tells the mounted folder from an empty mount point."""

import os
from pathlib import Path

from contracts.vocabulary import ErrorCode
from remote_services.runtime.errors import RemoteError

MARKER = ".abiquo_repository"
"""The name agents on hosts look for as well."""
STAGING = ".staging"


class RepositoryAway(RemoteError):
    code = ErrorCode.REPOSITORY_AWAY
    retryable = True


def claim(root: Path, state_dir: Path) -> None:
    """Mark the repository when it is used for the first time. One that was marked once is never marked
    again: without its marker it is not mounted. Raises RepositoryAway."""
    remembered = state_dir / "repository"
    known = remembered.exists() and remembered.read_text() == str(root)
    if not known and root.is_dir() and not (root / MARKER).exists():
        try:
            (root / MARKER).touch()
        except OSError as error:
            raise RepositoryAway(
                f"The template repository {root} can't be written: {error.strerror}."
            ) from error
    require(root)
    state_dir.mkdir(parents=True, exist_ok=True)
    remembered.write_text(str(root))


def require(root: Path) -> None:
    """Raises RepositoryAway unless the repository is mounted."""
    try:
        there = (root / MARKER).is_file()
    except OSError as error:
        raise RepositoryAway(f"The template repository {root} can't be read: {error.strerror}.") from error
    if not there:
        raise RepositoryAway(f"The template repository {root} is not mounted: it has no {MARKER}.")


def room(root: Path) -> tuple[int, int]:
    """Capacity and free space in bytes."""
    status = os.statvfs(root)
    return status.f_blocks * status.f_frsize, status.f_bavail * status.f_frsize
