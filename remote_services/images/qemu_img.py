"""qemu-img in the sandbox, with formats always given. Inspect an image before it is given to these."""

import errno
import json
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import sandbox
from remote_services.images.facts import Subformat
from remote_services.images.refusal import ImageRefused, RefusalCode
from remote_services.images.sandbox import Bounds, Files, ProgramFailed
from remote_services.runtime import writing_out
from remote_services.runtime.errors import DatastoreFull
from remote_services.runtime.full_disk import room_in
from remote_services.runtime.room import free_space_bytes

LONGEST_CONVERSION_SECONDS = 24 * 3600
_GIB = 2**30
_FULL_BYTES = 2**20
_SOURCE, _BACKING = "source", "backing"
SOURCE_PATH = f"{sandbox.INPUT_FOLDER}/{_SOURCE}"
_RESULT = "image"
_LOOK = Bounds(timeout_seconds=60, cpu_seconds=30, memory_bytes=_GIB)
_PERCENT = re.compile(r"\((\d+(?:\.\d+)?)/100%\)")
_NO_CHECK_STATUS = 63
_PARALLEL = ("-W", "-m", "16")
_SUBFORMAT_NAMES = {
    (DiskFormat.VMDK, Subformat.STREAM_OPTIMIZED): ("subformat=streamOptimized",),
    (DiskFormat.VMDK, Subformat.SPARSE): ("subformat=monolithicSparse",),
    (DiskFormat.VPC, Subformat.FLAT): ("subformat=fixed",),
    (DiskFormat.VHDX, Subformat.FLAT): ("subformat=fixed",),
    (DiskFormat.VDI, Subformat.FLAT): ("static=on",),
    (DiskFormat.QCOW2, Subformat.FLAT): ("preallocation=falloc",),
}
# Without it a VHD gets the size of a geometry, which is another one.
_ALWAYS = {DiskFormat.VPC: ("force_size=on",)}
_COMPRESSED = ("compression_type=zstd",)
_MEASURABLE = (DiskFormat.RAW, DiskFormat.QCOW2)


@dataclass(frozen=True)
class Source:
    """An inspected image. ``backing`` is another that it reads through: then it is told file by file what is
    read as what, whatever the headers say; the other reads through none."""

    path: Path
    format: DiskFormat
    backing: "Source | None" = None

    @property
    def files(self) -> dict[str, Path]:
        """What the program gets to see, by the names it has there."""
        return {_SOURCE: self.path} | ({_BACKING: self.backing.path} if self.backing else {})

    @property
    def by_itself(self) -> list[str]:
        """How the program is told of the file, for what opens no other."""
        return ["-f", self.format.value, SOURCE_PATH]

    @property
    def named(self) -> list[str]:
        """How it is told of all of it."""
        if self.backing is None:
            return self.by_itself
        below = _node(self.backing.format, _BACKING)
        if self.backing.format is DiskFormat.QCOW2:
            below["backing"] = None
        return ["json:" + json.dumps(_node(self.format, _SOURCE) | {"backing": below})]


def _node(disk_format: DiskFormat, name: str) -> dict:
    return {
        "driver": disk_format.value,
        "file": {"driver": "file", "filename": f"{sandbox.INPUT_FOLDER}/{name}"},
    }


@dataclass(frozen=True)
class Target:
    """What a conversion makes. ``most_bytes``: its file may not get larger, 0: a little more than the
    disk's virtual size. ``compressed`` is for qcow2."""

    path: Path
    format: DiskFormat
    subformat: Subformat = Subformat.PLAIN
    compressed: bool = False
    most_bytes: int = 0


@dataclass(frozen=True)
class Description:
    """What qemu-img says of an image; ``details`` is all of it."""

    virtual_size_bytes: int
    allocated_bytes: int
    backing_file: str
    details: dict


@dataclass(frozen=True)
class Check:
    """Counts of what is wrong within an image; leaks only waste space."""

    corruptions: int
    errors: int
    leaks: int

    @property
    def is_sound(self) -> bool:
        return not (self.corruptions or self.errors)


def info(source: Source) -> Description:
    """Raises ImageRefused, SandboxMissing, TimedOut."""
    told = json.loads(_look(source, "info", "-U", "--output=json", *source.by_itself))
    return Description(
        virtual_size_bytes=told["virtual-size"],
        allocated_bytes=told.get("actual-size", 0),
        backing_file=told.get("backing-filename", ""),
        details=told,
    )


def check(source: Source) -> Check | None:
    """Whether the tables of an image agree with each other; None for formats that have none.
    Raises ImageRefused, SandboxMissing, TimedOut."""
    try:
        output = _run_look(source, "check", "-U", "--output=json", *source.by_itself)
    except ProgramFailed as error:
        if error.status == _NO_CHECK_STATUS:
            return None
        output = error.output
    try:
        told = json.loads(output)
    except ValueError as error:
        raise _unreadable(source, output) from error
    return Check(told.get("corruptions", 0), told.get("check-errors", 0), told.get("leaks", 0))


def measure(source: Source, target_format: DiskFormat) -> int:
    """How many bytes the file of a sparse conversion will need at most, about. Raises as ``info``."""
    measured = target_format if target_format in _MEASURABLE else DiskFormat.RAW
    told = json.loads(_look(source, "measure", "-U", "-O", measured.value, "--output=json", *source.named))
    required = told["required"]
    return required if measured is target_format else required + required // 64 + 16 * 2**20


def most_bytes_of(virtual_size_bytes: int) -> int:
    """The most a file of a disk of this size takes in any format, but for what is broken or hostile."""
    return virtual_size_bytes + virtual_size_bytes // 32 + 64 * 2**20


def convert(
    source: Source,
    target: Target,
    *,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    before_publishing: Callable[[Path], None] | None = None,
) -> None:
    """Make ``target.path`` of the source, all or nothing and on disk when this returns; ``progress``
    hears percents. A file that is there already is not touched. When it is killed, a folder
    ``.<name>.*.partial`` is left. ``before_publishing`` gets the finished file before it has its name, and
    may raise.

    Raises FileExistsError, DatastoreFull, Cancelled, TimedOut, SandboxMissing, ImageRefused where the
    result would be larger than it may be, ProgramFailed.
    """
    most_bytes = target.most_bytes or most_bytes_of(info(source).virtual_size_bytes)
    if target.path.exists():
        raise FileExistsError(target.path)
    # A folder of its own: the program must not see its neighbours, which are other tenants' images.
    prefix = f".{target.path.name.removeprefix('.')}."
    folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".partial", dir=target.path.parent))
    bounds = Bounds(
        timeout_seconds=LONGEST_CONVERSION_SECONDS,
        cpu_seconds=LONGEST_CONVERSION_SECONDS,
        file_size_bytes=most_bytes,
    )
    try:
        with writing_out.meanwhile(folder / _RESULT):
            sandbox.run(
                _conversion(source, target),
                Files(source.files, folder),
                bounds,
                on_line=_percents(progress) if progress is not None else None,
                cancelled=cancelled,
            )
        if before_publishing is not None:
            before_publishing(folder / _RESULT)
        _publish(folder / _RESULT, target.path)
    except ProgramFailed as error:
        raise _explained(error, target.path.parent, most_bytes) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _conversion(source: Source, target: Target) -> list[str]:
    options = [*_ALWAYS.get(target.format, ()), *_SUBFORMAT_NAMES.get((target.format, target.subformat), ())]
    arguments = ["qemu-img", "convert", "-p", "-O", target.format.value]
    if target.compressed:
        arguments.append("-c")
        options += _COMPRESSED
    if target.subformat is not Subformat.STREAM_OPTIMIZED:
        arguments += _PARALLEL
    if options:
        arguments += ["-o", ",".join(options)]
    return [*arguments, *source.named, f"{sandbox.OUTPUT_FOLDER}/{_RESULT}"]


def _percents(progress: Callable[[float], None]) -> Callable[[str], None]:
    def hear(line: str) -> None:
        for percent in _PERCENT.findall(line):
            progress(float(percent))

    return hear


def _publish(result: Path, path: Path) -> None:
    _flush(result)
    os.link(result, path)
    _flush(path.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explained(error: ProgramFailed, folder: Path, most_bytes: int) -> Exception:
    # Some formats' writers say something else once a write of theirs found no room.
    if os.strerror(errno.ENOSPC) in error.last_words or free_space_bytes(folder) < _FULL_BYTES:
        return DatastoreFull(f"The conversion filled {folder}: {room_in(folder)}. {error.last_words[-200:]}")
    if error.status == 128 + signal.SIGXFSZ or os.strerror(errno.EFBIG) in error.last_words:
        return ImageRefused(
            RefusalCode.COMPRESSION_BOMB,
            f"Converted it would be larger than {most_bytes / 2**20:.1f} MiB, which is the most it may have.",
        )
    return error


def _look(source: Source, *arguments: str) -> str:
    try:
        return _run_look(source, *arguments)
    except ProgramFailed as error:
        raise _unreadable(source, error.last_words) from error


def _unreadable(source: Source, words: str) -> ImageRefused:
    return ImageRefused(
        RefusalCode.DAMAGED_HEADER, f"qemu-img can't read it as {source.format}: {words[-500:]}"
    )


def _run_look(source: Source, *arguments: str) -> str:
    return sandbox.run(["qemu-img", *arguments], Files(source.files), _LOOK)
