"""What the template repository holds: its files, how large they are, and how much room is left."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from contracts.uploads import RepositoryFile, RepositoryObserved
from remote_services.runtime import mount
from remote_services.runtime.errors import TemplateMissing

MOST_FILES = 100_000
_ENDINGS_OF_RECORDS = (".json", ".ovf", ".partial")


def look(root: Path, datacenter_id: UUID) -> RepositoryObserved:
    """Never raises for a repository that can't be read: it says so."""
    now = datetime.now(UTC)
    try:
        mount.require(root)
        capacity_bytes, free_bytes = mount.room(root)
        files = tuple(_files(root))
    except (mount.RepositoryAway, OSError) as error:
        return RepositoryObserved(
            datacenter_id=datacenter_id, reachable=False, reason=str(error), observed_at=now
        )
    return RepositoryObserved(
        datacenter_id=datacenter_id,
        reachable=True,
        capacity_bytes=capacity_bytes,
        free_bytes=free_bytes,
        files=files,
        observed_at=now,
    )


def _files(root: Path) -> Iterator[RepositoryFile]:
    """Regular files, links not followed, without staging, records and whatever begins with a dot."""
    found = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not _is_shown(path):
                continue
            found += 1
            if found > MOST_FILES:
                return
            yield RepositoryFile(path=str(path.relative_to(root)), size_bytes=path.stat().st_size)


def unclaimed_file(root: Path, relative_path: str) -> Path:
    """A file that ``look`` would tell of. Raises TemplateMissing, also for a path that leads elsewhere."""
    mount.require(root)
    told = Path(relative_path)
    path = root / told
    shown = not told.is_absolute() and not any(part.startswith(".") for part in told.parts)
    if not shown or path.resolve() != root.resolve() / relative_path or not _is_shown(path):
        raise TemplateMissing(f"There is no file {relative_path!r} in the template repository.")
    return path


def _is_shown(path: Path) -> bool:
    ours = path.name.startswith(".") or path.name.endswith(_ENDINGS_OF_RECORDS)
    return not ours and path.is_file() and not path.is_symlink()
