"""Builds the tiny Linux template of Debian's kernel and busybox (python -m deploy.embedded.guest_image DIR).

Nothing is mounted and no root is needed. A machine made of it shows a login prompt on its screen, takes an
address by DHCP, serves a page with its host name on port 80 and obeys the power button.
"""

import fcntl
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.embedded import archive, paths

IMAGE_NAME = "tiny.qcow2"
RECORD_NAME = "tiny.json"
KERNEL_METAPACKAGE = "linux-image-cloud-amd64"
BUSYBOX = Path("/usr/bin/busybox")
BOOT_CODE = Path("/usr/lib/syslinux/mbr/mbr.bin")
PARTS_DIR = Path(__file__).parent / "guest"
MEBIBYTE = 1024 * 1024
DISK_BYTES = 40 * MEBIBYTE
SECTOR_BYTES = 512
PARTITION_START_BYTES = 2048 * SECTOR_BYTES
FAT16_TYPE = 0x06
BOOTABLE = 0x80
MINIMUM_MEMORY_MIB = 128
# In the order the kernel must load them.
MODULES = (
    "virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk",
    "failover", "net_failover", "virtio_net", "virtio_balloon", "virtio-rng", "evdev", "button",
)  # fmt: skip


class GuestImageImpossible(Exception):
    """Something the build needs is missing on this machine; the message says what."""


@dataclass(frozen=True)
class GuestImage:
    """The built image (a path) and what a catalogue has to know about it."""

    image: Path
    sha256: str
    size_bytes: int
    virtual_size_bytes: int
    minimum_memory_mib: int
    kernel: str


def build(output_dir: Path | None = None) -> GuestImage:
    """The image, built at most once per machine; with `output_dir` a copy of image and record lies there."""
    store = paths.SHARED_CACHE_DIR / "guest" / _recipe_fingerprint()
    store.mkdir(parents=True, exist_ok=True)
    with (store / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (store / RECORD_NAME).exists():
            _build_into(store)
    if output_dir is not None:
        _copy_changed(store, output_dir)
        store = output_dir
    record = json.loads((store / RECORD_NAME).read_text())
    return GuestImage(image=store / IMAGE_NAME, **record)


def _recipe_fingerprint() -> str:
    digest = hashlib.sha256()
    for part in (Path(__file__), Path(archive.__file__), *sorted(PARTS_DIR.iterdir())):
        digest.update(part.name.encode() + part.read_bytes())
    return digest.hexdigest()[:16]


def _copy_changed(store: Path, output_dir: Path) -> None:
    output_dir.mkdir(parents=True, exist_ok=True)
    record = (store / RECORD_NAME).read_text()
    kept = output_dir / RECORD_NAME
    if kept.exists() and kept.read_text() == record and (output_dir / IMAGE_NAME).exists():
        return
    partial = output_dir / f"{IMAGE_NAME}.partial"
    shutil.copyfile(store / IMAGE_NAME, partial)
    partial.replace(output_dir / IMAGE_NAME)
    kept.write_text(record)


def _build_into(store: Path) -> None:
    with tempfile.TemporaryDirectory(dir=store) as scratch:
        work_dir = Path(scratch)
        kernel, version, modules = _kernel_of(_download_kernel(work_dir))
        (work_dir / "vmlinuz").write_bytes(kernel)
        (work_dir / "initrd.gz").write_bytes(_first_root(modules))
        disk = _boot_disk(work_dir)
        image = work_dir / IMAGE_NAME
        _run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", str(disk), str(image))
        finished = GuestImage(
            image=store / IMAGE_NAME,
            sha256=hashlib.sha256(image.read_bytes()).hexdigest(),
            size_bytes=image.stat().st_size,
            virtual_size_bytes=DISK_BYTES,
            minimum_memory_mib=MINIMUM_MEMORY_MIB,
            kernel=version,
        )
        image.replace(finished.image)
    record = {name: value for name, value in asdict(finished).items() if name != "image"}
    (store / RECORD_NAME).write_text(json.dumps(record, indent=2))


def _download_kernel(work_dir: Path) -> Path:
    wanted = _run("apt-cache", "depends", "--important", KERNEL_METAPACKAGE).split()
    package = next((word for word in wanted if word.startswith("linux-image-6")), None)
    if package is None:
        raise GuestImageImpossible(
            f"apt does not know {KERNEL_METAPACKAGE}; the template needs Debian's lists (apt-get update)."
        )
    _run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", package, cwd=work_dir)
    return next(work_dir.glob("*.deb"))


def _kernel_of(package: Path) -> tuple[bytes, str, dict[str, bytes]]:
    kernel, version, modules = b"", "", {}
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as content,
    ):
        for member in content:
            path = Path(member.name)
            if path.name.startswith("vmlinuz-"):
                kernel, version = content.extractfile(member).read(), path.name.removeprefix("vmlinuz-")
            elif path.suffix == ".ko" and path.stem in MODULES:
                modules[path.stem] = content.extractfile(member).read()
    return kernel, version, modules


def _first_root(modules: dict[str, bytes]) -> bytes:
    root = archive.Archive()
    for directory in ("dev", "proc", "sys", "tmp", "run", "root", "www", "etc/acpi/PWRF"):
        root.add_directory(directory)
    root.add_file("bin/busybox", BUSYBOX.read_bytes(), executable=True)
    for applet in sorted(set(_run(str(BUSYBOX), "--list-full").split()) - {"bin/busybox"}):
        root.add_link(applet, "/bin/busybox")
    root.add_link("init", "/sbin/init")
    for position, name in enumerate(name for name in MODULES if name in modules):
        root.add_file(f"lib/modules/{position:02}-{name}.ko", modules[name])
    for name in ("rc", "udhcpc.script"):
        root.add_file(f"etc/{name}", (PARTS_DIR / name).read_bytes(), executable=True)
    for name in ("inittab", "issue"):
        root.add_file(f"etc/{name}", (PARTS_DIR / name).read_bytes())
    root.add_file("usr/local/bin/write-page", (PARTS_DIR / "write-page").read_bytes(), executable=True)
    root.add_file("etc/acpi/PWRF/00000080", b"#!/bin/sh\nexec poweroff\n", executable=True)
    root.add_file("etc/passwd", b"root::0:0:root:/root:/bin/sh\n")
    root.add_file("etc/group", b"root:x:0:\n")
    return root.compressed()


def _boot_disk(work_dir: Path) -> Path:
    disk = work_dir / "disk.raw"
    start_sector = PARTITION_START_BYTES // SECTOR_BYTES
    sectors = DISK_BYTES // SECTOR_BYTES - start_sector
    entry = struct.pack("<B3sB3sII", BOOTABLE, b"\xff" * 3, FAT16_TYPE, b"\xff" * 3, start_sector, sectors)
    boot_code = BOOT_CODE.read_bytes()[:440].ljust(446, b"\0")
    disk.write_bytes(boot_code + entry + b"\0" * 48 + b"\x55\xaa")
    os.truncate(disk, DISK_BYTES)
    kibibytes = str((DISK_BYTES - PARTITION_START_BYTES) // 1024)
    _run("mkfs.vfat", "-F16", "--offset", str(start_sector), str(disk), kibibytes)
    contents = [work_dir / "vmlinuz", work_dir / "initrd.gz", PARTS_DIR / "syslinux.cfg"]
    partition = f"{disk}@@{PARTITION_START_BYTES}"
    _run("mcopy", "-i", partition, *(str(path) for path in contents), "::/")
    _run("syslinux", "-t", str(PARTITION_START_BYTES), "--install", str(disk))
    return disk


def _run(*command: str, cwd: Path | None = None) -> str:
    search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    program = shutil.which(command[0], path=search)
    if program is None:
        raise GuestImageImpossible(f"The template cannot be built: {command[0]} is not installed.")
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, cwd=cwd, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:] or ["no reason given"]
        raise GuestImageImpossible(f"The template cannot be built: {command[0]} failed ({last[0]}).")
    return done.stdout


def main() -> int:
    try:
        built = build(Path(sys.argv[1]) if sys.argv[1:] else None)
    except GuestImageImpossible as impossible:
        print(impossible, file=sys.stderr)
        return 1
    print(built.image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
