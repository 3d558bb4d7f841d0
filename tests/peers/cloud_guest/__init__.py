"""A Debian with cloud-init, made of packages for the tests that look at a guest from inside."""

import shutil
import subprocess
from pathlib import Path

BUILD_SECONDS = 900
NEEDED = ("mmdebstrap", "sfdisk", "mke2fs", "mkfs.vfat", "mcopy", "syslinux", "qemu-img", "apt-get")


def why_impossible() -> str:
    """Empty when the image can be made here, else the reason in words."""
    path = "/usr/sbin:/sbin:/usr/bin:/bin"
    missing = [program for program in NEEDED if shutil.which(program, path=path) is None]
    return f"the guest with cloud-init needs {', '.join(missing)}" if missing else ""


def build(directory: Path) -> Path:
    """The image, made in the directory; takes root and two minutes."""
    directory.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [str(Path(__file__).with_name("build")), str(directory)],
        capture_output=True, text=True, timeout=BUILD_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return directory / "cloud.qcow2"
