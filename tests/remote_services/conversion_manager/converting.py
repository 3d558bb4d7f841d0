"""What tests of conversions share: commands for small images of every kind, and what is there afterwards."""

import subprocess
from uuid import uuid4

from contracts.conversion import ConvertDisk
from remote_services.runtime import mount

MIB = 2**20
SIZE = 8 * MIB
SOURCES = {
    "raw": ("raw",),
    "qcow2 sparse": ("qcow2",),
    "qcow2 flat": ("qcow2", "-o", "preallocation=falloc"),
    "qcow2 compressed": ("qcow2", "-c", "-o", "compression_type=zstd"),
    "vmdk sparse": ("vmdk",),
    "vmdk streamOptimized": ("vmdk", "-o", "subformat=streamOptimized"),
    "vdi": ("vdi",),
    "vpc": ("vpc", "-o", "force_size=on"),
    "vhdx": ("vhdx",),
}


class Progress:
    """The context of a handler."""

    def __init__(self):
        self.percents = []

    def progress(self, percent):
        self.percents.append(percent)


def run(*arguments) -> None:
    subprocess.run(list(map(str, arguments)), check=True, capture_output=True, timeout=60)


def command_for(repository, content, source="vmdk sparse", target="qcow2", **changes) -> ConvertDisk:
    source_format, *options = SOURCES[source]
    name = f"7/{uuid4()}.image"
    run("qemu-img", "convert", "-f", "raw", "-O", source_format, *options, content, repository / name)
    fields = {
        "operation_id": uuid4(),
        "conversion_id": uuid4(),
        "source_path": name,
        "source_format": source_format,
        "target_path": f"7/{uuid4()}.{target}",
        "target_format": target,
    }
    return ConvertDisk(**fields | changes)


def same(content, path, disk_format) -> bool:
    compare = ["qemu-img", "compare", "-f", "raw", "-F", disk_format, str(content), str(path)]
    return subprocess.run(compare, capture_output=True, timeout=60).returncode == 0


def left(repository) -> list[str]:
    """Files but for the marker."""
    files = (path for path in repository.rglob("*") if path.is_file() and path.name != mount.MARKER)
    return sorted(str(path.relative_to(repository)) for path in files)
