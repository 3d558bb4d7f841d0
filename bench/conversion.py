"""How long writing a template's disk in another format takes, against copying the same data and against
qemu-img by itself; and that a machine runs at once whatever its template's format and size."""

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from bench import instant_deploy
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from contracts.conversion import ConvertDisk
from contracts.vocabulary import DiskFormat
from remote_services.conversion_manager.conversion import convert
from remote_services.runtime import mount

MIB = 2**20
RATIO_GOAL, PLAIN_GOAL = 1.2, 1.0
HEADER = ["from", "to", "copy", "qemu-img", "ours", "to copy", "to qemu-img"]
LONGEST_SECONDS = 900
BLOCKS = 4


@dataclass(frozen=True)
class Kind:
    """A format with its layout. ``options`` make qemu-img write it; ``asked`` is what our command says."""

    name: str
    format: DiskFormat
    options: tuple[str, ...] = ()
    compressed: bool = False
    asked: tuple[tuple[str, bool], ...] = ()


RAW = Kind("raw", DiskFormat.RAW)
KINDS = (
    RAW,
    Kind("qcow2", DiskFormat.QCOW2),
    Kind(
        "qcow2 zstd", DiskFormat.QCOW2, ("-c", "-o", "compression_type=zstd"), True, (("compressed", True),)
    ),
    Kind("vmdk", DiskFormat.VMDK),
    Kind(
        "vmdk stream", DiskFormat.VMDK, ("-o", "subformat=streamOptimized"), True,
        (("stream_optimized", True),),
    ),
    Kind("vdi", DiskFormat.VDI),
    Kind("vhd", DiskFormat.VPC, ("-o", "force_size=on")),
    Kind("vhdx", DiskFormat.VHDX),
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """Of a pair, for each round the seconds of copying, of qemu-img and of our way."""

    source: Kind
    target: Kind
    rounds: list[tuple[float, float, float]] = field(default_factory=list)

    @property
    def compressed(self) -> bool:
        return self.source.compressed or self.target.compressed

    @property
    def to_copy(self) -> float:
        return statistics.median(ours / copied for copied, _plain, ours in self.rounds)

    @property
    def to_plain(self) -> float:
        return statistics.median(ours / plain for _copied, plain, ours in self.rounds)

    @property
    def cells(self) -> list[str]:
        seconds = (statistics.median(each) for each in zip(*self.rounds, strict=True))
        values = (*seconds, self.to_copy, self.to_plain)
        return [self.source.name, self.target.name, *(f"{value:.2f}" for value in values)]


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Every pair of formats; what is compressed once only, for it is bound by the processor. Then machines of
    VMDK templates, for which the servers are started."""
    result = Result(f"Conversion of {sizes.conversion_mib} MiB")
    with tempfile.TemporaryDirectory(dir=os.environ.get("ATRIUM_BENCH_DIR")) as folder:
        repository = Path(folder)
        (repository / mount.MARKER).touch()
        sources = _sources(repository, sizes.conversion_mib)
        taken = [
            each
            for source in KINDS
            for each in _from_one(repository, source, sources[source.name], sizes.conversion_rounds)
        ]
    result.figures += _figures([each for each in taken if not each.compressed])
    result.tables.append(("Seconds by pair, medians", HEADER, [each.cells for each in taken]))
    result.notes += [
        "Each source in turn, and in each round: its file by cp --sparse=always, then for every target "
        "qemu-img convert with nothing said but the formats, and the conversion manager's own way with the "
        "sandbox and inspection before and after; each flushed, and nothing else left to write before. "
        "Ratios are medians of those within a round. The page cache is warm.",
        "Compressed formats are bound by the processor: made once, and left out of the figures above the "
        "table.",
    ]
    deployed = instant_deploy.measure(stack, sizes)
    result.figures += deployed.figures
    result.notes += deployed.notes
    result.tables += deployed.tables
    return result


def _figures(taken: list[Taken]) -> list[Figure]:
    to_copy, to_plain = ([getattr(each, name) for each in taken] for name in ("to_copy", "to_plain"))
    return [
        Figure("uncompressed pairs against copying, median", _rounded(to_copy), "x", RATIO_GOAL),
        Figure("uncompressed pairs against copying, worst", round(max(to_copy), 2), "x", RATIO_GOAL),
        Figure("uncompressed pairs against qemu-img, median", _rounded(to_plain), "x", PLAIN_GOAL),
        Figure("uncompressed pairs against qemu-img, worst", round(max(to_plain), 2), "x", PLAIN_GOAL),
    ]


def _rounded(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def _sources(folder: Path, size_mib: int) -> dict[str, Path]:
    """The same data in every format: a quarter zeros, the rest half text and half noise."""
    raw = folder / "source.raw"
    text = (b"atrium conversion benchmark, a line of text that compresses\n" * 20000)[:MIB]
    with raw.open("wb") as file:
        for number in range(size_mib * BLOCKS // (BLOCKS - 1)):
            if number % BLOCKS == 0:
                file.seek(MIB, os.SEEK_CUR)
            else:
                file.write(text if number % 2 else os.urandom(MIB))
        file.truncate(size_mib * BLOCKS // (BLOCKS - 1) * MIB)
    paths = {RAW.name: raw}
    for kind in KINDS[1:]:
        paths[kind.name] = folder / f"source-{kind.name.replace(' ', '-')}"
        _run(
            "qemu-img", "convert", "-f", "raw", "-O", kind.format.value, *kind.options, raw, paths[kind.name]
        )
    return paths


def _from_one(folder: Path, source: Kind, path: Path, rounds: int) -> list[Taken]:
    """All its targets, one round after the other, so that a busy moment meets each of them."""
    targets = [each for each in KINDS if each is not source and not (source.compressed and each.compressed)]
    taken = [Taken(source, target) for target in targets]
    for number in range(rounds):
        due = [each for each in taken if not (number and each.compressed)]
        if not due:
            break
        copied = _timed(lambda to: _run("cp", "--sparse=always", path, to), folder / "target")
        for each in due:
            plain = _timed(lambda to, each=each: _plain(each, path, to), folder / "target")
            ours = _timed(lambda to, each=each: _ours(folder, each, path, to), folder / "target")
            each.rounds.append((copied, plain, ours))
            print(f"{source.name} to {each.target.name}: {copied:.2f} {plain:.2f} {ours:.2f} s", flush=True)
    return taken


def _timed(way: Callable[[Path], object], to: Path) -> float:
    """Until what was written is on the disk."""
    _run("sync", "-f", to.parent)
    begun = time.perf_counter()
    way(to)
    descriptor = os.open(to, os.O_RDONLY)
    os.fsync(descriptor)
    taken = time.perf_counter() - begun
    os.close(descriptor)
    to.unlink()
    return taken


def _plain(pair: Taken, path: Path, to: Path) -> None:
    source, target = pair.source, pair.target
    formats = ("-f", source.format.value, "-O", target.format.value)
    _run("qemu-img", "convert", *formats, *target.options, path, to)


def _ours(folder: Path, pair: Taken, path: Path, to: Path) -> None:
    source, target = pair.source, pair.target
    command = ConvertDisk(
        operation_id=uuid4(), conversion_id=uuid4(), source_path=path.name, source_format=source.format,
        target_path=to.name, target_format=target.format, **dict(target.asked),
    )  # fmt: skip
    convert(command, folder, lambda _percent: None, lambda: False)


def _run(*command: object) -> None:
    subprocess.run([str(each) for each in command], check=True, capture_output=True, timeout=LONGEST_SECONDS)
