"""What the template repository holds: its files, how large they are, and how much room is left."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from contracts.uploads import RepositoryFile, RepositoryObserved
from remote_services.appliance_manager.loose import is_descriptor, manifest_of, names_in
from remote_services.images import ImageRefused
from remote_services.runtime import mount
from remote_services.runtime.errors import TemplateMissing

MOST_FILES = 100_000
MOST_DESCRIPTORS = 1000
DESCRIPTOR = ".ovf"
_ENDINGS_OF_RECORDS = (".json", ".partial")


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
    found = descriptors = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not _is_shown(path):
                continue
            found += 1
            if found > MOST_FILES:
                return
            beside: tuple[str, ...] = ()
            if path.suffix.lower() == DESCRIPTOR and descriptors < MOST_DESCRIPTORS:
                descriptors += 1
                beside = _named_by(path, root)
            size_bytes = path.stat().st_size
            yield RepositoryFile(path=str(path.relative_to(root)), size_bytes=size_bytes, beside=beside)


def _named_by(descriptor: Path, root: Path) -> tuple[str, ...]:
    """The files of its package, there or not; none of what is no descriptor that could be used."""
    try:
        names = names_in(descriptor.read_bytes()) if is_descriptor(descriptor) else []
    except (ImageRefused, OSError):
        return ()
    manifest = descriptor.with_name(manifest_of(descriptor.name))
    vouched = [manifest.name] if names and _is_shown(manifest) else []
    return tuple(str((descriptor.parent / name).relative_to(root)) for name in names + vouched)


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
