"""Makes images: sound ones by the real qemu-img, and of these, by changing bytes, hostile ones."""

import json
import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, RefusalCode
from remote_services.images.formats.crc32c import crc32c

MIB = 2**20


def qemu_img(*arguments: object) -> str:
    done = subprocess.run(
        ["qemu-img", *map(str, arguments)], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def described(path: Path, disk_format: DiskFormat) -> dict:
    return json.loads(qemu_img("info", "-U", "-f", disk_format.value, "--output=json", path))


def be16(number: int) -> bytes:
    return struct.pack(">H", number)


def be32(number: int) -> bytes:
    return struct.pack(">I", number)


def be64(number: int) -> bytes:
    return struct.pack(">Q", number)


def le16(number: int) -> bytes:
    return struct.pack("<H", number)


def le32(number: int) -> bytes:
    return struct.pack("<I", number)


def le64(number: int) -> bytes:
    return struct.pack("<Q", number)


@dataclass
class Workshop:
    """Makes files in ``folder``; ``shelf`` keeps sound images from test to test."""

    folder: Path
    shelf: Path

    def sound(self, disk_format: DiskFormat, *options: str, size: str = "8M") -> Path:
        """An image by qemu-img, made once and not to be written to."""
        name = "".join(letter if letter.isalnum() else "-" for letter in "_".join((*options, size)))
        path = self.shelf / f"{name}.{disk_format}"
        if not path.exists():
            arguments = ["create", "-q", "-f", disk_format.value]
            for option in options:
                arguments += ["-o", option]
            qemu_img(*arguments, path, size)
        return path

    def made(self, disk_format: DiskFormat, *arguments: str, size: str = "8M") -> Path:
        """An image of its own by ``qemu-img create`` with these arguments."""
        path = self.folder / f"image.{disk_format}"
        qemu_img("create", "-q", "-f", disk_format.value, *arguments, path, size)
        return path

    def file(self, content: bytes, name: str = "image") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def changed(self, sound: Path, changes: Mapping[int, bytes], length: int | None = None) -> Path:
        """A copy with some bytes changed, and cut off or grown to ``length``."""
        path = self.folder / sound.name
        if not (path.exists() and path.samefile(sound)):
            shutil.copyfile(sound, path)
        with path.open("r+b") as file:
            for offset, content in changes.items():
                file.seek(offset)
                file.write(content)
            if length is not None:
                file.truncate(length)
        return path


@dataclass(frozen=True)
class Hostile:
    """One file that must be refused: what is wrong with it, and with which code and words."""

    what: str
    declared: DiskFormat
    make: Callable[[Workshop], Path]
    code: RefusalCode
    words: str
    limits: ImageLimits = ImageLimits()

    def __str__(self) -> str:
        return f"{self.declared}: {self.what}"


def summed_vhd(path: Path, offset: int, length: int, sum_at: int) -> Path:
    """Gives a VHD's footer or dynamic header the check sum of its changed bytes."""
    with path.open("r+b") as file:
        file.seek(offset)
        piece = bytearray(file.read(length))
        piece[sum_at : sum_at + 4] = bytes(4)
        file.seek(offset + sum_at)
        file.write(be32(~sum(piece) & 0xFFFFFFFF))
    return path


def summed_vhdx(path: Path, offset: int, length: int) -> Path:
    """Gives a VHDX's header or table the check sum of its changed bytes."""
    with path.open("r+b") as file:
        file.seek(offset)
        piece = bytearray(file.read(length))
        piece[4:8] = bytes(4)
        file.seek(offset + 4)
        file.write(le32(crc32c(bytes(piece))))
    return path
