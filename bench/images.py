"""How long looking into an image takes, for each format, and what the sandbox adds to qemu-img."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from contracts.vocabulary import DiskFormat
from remote_services.images import inspect_image, qemu_img
from remote_services.images.qemu_img import Source

GOAL_MS = 25.0
STRETCH_MS = 5.0
SANDBOX_GOAL_MS = 50.0
LARGE = "1T"


def measure(stack: Stack, sizes: Sizes) -> Result:
    """Images of 8 MiB and of 1 TiB with nothing in them; no server is needed."""
    result = Result("Looking into images")
    with tempfile.TemporaryDirectory() as folder:
        for disk_format in DiskFormat:
            for size in ("8M", LARGE):
                source = _made(Path(folder), disk_format, size)
                value = _median_ms(
                    lambda source=source: inspect_image(source.path, source.format), sizes.singles
                )
                name = f"inspectors, {disk_format}, {size}"
                result.figures.append(Figure(name, round(value, 2), "ms", GOAL_MS, STRETCH_MS))
        source = _made(Path(folder), DiskFormat.QCOW2, "8M")
        plain = _median_ms(lambda: _plain_info(source), sizes.singles)
        confined = _median_ms(lambda: qemu_img.info(source), sizes.singles)
    result.figures.append(Figure("qemu-img info", round(plain, 1), "ms"))
    result.figures.append(Figure("qemu-img info in the sandbox", round(confined, 1), "ms", SANDBOX_GOAL_MS))
    result.notes.append(
        "Medians of wall-clock time per file. The large images are as sparse as their format allows, "
        "so the figures show that the time goes with headers and first tables, not with the data."
    )
    return result


def _made(folder: Path, disk_format: DiskFormat, size: str) -> Source:
    path = folder / f"{size}.{disk_format}"
    if not path.exists():
        command = ["qemu-img", "create", "-q", "-f", disk_format.value, str(path), size]
        subprocess.run(command, check=True, timeout=60)
    return Source(path, disk_format)


def _plain_info(source: Source) -> None:
    command = ["qemu-img", "info", "-U", "-f", source.format.value, "--output=json", str(source.path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


def _median_ms(act: Callable[[], object], times: int) -> float:
    act()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)
