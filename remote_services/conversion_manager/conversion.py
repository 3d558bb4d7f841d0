"""One conversion: inspect, convert in the sandbox, inspect what came out. All or nothing.

The target's name is the conversion's own, so a second delivery finds what the first one made.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts.conversion import ConvertDisk
from contracts.vocabulary import DiskFormat
from remote_services.images import ImageFacts, Subformat, inspect_image, qemu_img
from remote_services.images.qemu_img import Source, Target
from remote_services.images.repository import FILE_MODE, find_template
from remote_services.runtime import mount, room
from remote_services.runtime.alone import alone
from remote_services.runtime.errors import Cancelled, TemplateMissing


def convert(
    command: ConvertDisk, repository: Path, progress: Callable[[int], None], cancelled: Callable[[], bool]
) -> ImageFacts:
    """What the target is. Raises RepositoryAway, TemplateMissing, TemplateUnusable, DatastoreFull, Cancelled,
    RemoteError."""

    def look_up() -> None:
        mount.require(repository)
        if cancelled():
            raise Cancelled("It was cancelled.")

    with _mounted(repository):
        target = target_inside(repository, command.target_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with alone(_lock_of(target), look_up):
            _clear(target)
            if not target.exists():
                _write(command, repository, target, progress, cancelled)
            return inspect_image(target, command.target_format)


def discard(repository: Path, relative_path: str) -> None:
    """Remove the target and what a killed attempt left of it. Raises RepositoryAway: a file that can't be
    seen is not gone."""
    mount.require(repository)
    target = target_inside(repository, relative_path)
    target.unlink(missing_ok=True)
    _clear(target)
    _lock_of(target).unlink(missing_ok=True)


def target_inside(repository: Path, relative_path: str) -> Path:
    """Raises TemplateMissing for a path that leads out of the repository."""
    root = repository.resolve()
    target = (root / relative_path).parent.resolve() / Path(relative_path).name
    if not target.is_relative_to(root) or target == root or target.is_symlink():
        raise TemplateMissing(f"The path {relative_path!r} leads out of the template repository.")
    return target


@contextmanager
def _mounted(repository: Path) -> Iterator[None]:
    """Raises RepositoryAway when it is not there now, and instead of what goes wrong because it went away."""
    mount.require(repository)
    try:
        yield
    except Cancelled:
        raise
    except Exception:
        mount.require(repository)
        raise


def _write(
    command: ConvertDisk,
    repository: Path,
    target: Path,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    template = find_template(repository, command.source_path, command.source_format)
    source = Source(template.path, template.format)
    most_bytes = command.most_bytes or qemu_img.most_bytes_of(template.virtual_size_bytes)
    _require_room(source, command.target_format, target.parent, most_bytes)
    wanted = Target(target, command.target_format, _subformat(command), command.compressed, most_bytes)

    def finish(result: Path) -> None:
        # What was unmounted meanwhile leaves a folder in which the name would appear before the file.
        mount.require(repository)
        result.chmod(FILE_MODE)

    qemu_img.convert(
        source,
        wanted,
        progress=lambda percent: progress(int(percent)),
        cancelled=cancelled,
        before_publishing=finish,
    )


def _require_room(source: Source, format: DiskFormat, folder: Path, most_bytes: int) -> None:
    """Raises DatastoreFull. Only where the most would not fit the image is asked how much it will be: each
    question to qemu-img is a sandbox more."""
    if room.free_space_bytes(folder) >= room.RESERVE_BYTES + most_bytes:
        return
    room.require_room(folder, room.RESERVE_BYTES + qemu_img.measure(source, format))


def _subformat(command: ConvertDisk) -> Subformat:
    if command.stream_optimized:
        return Subformat.STREAM_OPTIMIZED
    return Subformat.FLAT if command.flat else Subformat.PLAIN


def _lock_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.lock")


def _clear(target: Path) -> None:
    for left in target.parent.glob(f".{target.name}.*.partial"):
        shutil.rmtree(left, ignore_errors=True)
