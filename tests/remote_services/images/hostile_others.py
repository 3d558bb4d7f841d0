"""VDI images, disks of other makers, and things that are no files, which must be refused."""

import os
from pathlib import Path

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, RefusalCode
from tests.remote_services.images.making import Hostile, Workshop, le32, le64, qemu_img

VDI, RAW, QCOW2 = DiskFormat.VDI, DiskFormat.RAW, DiskFormat.QCOW2
BACKING, DAMAGED, FEATURE = (
    RefusalCode.BACKING_FILE,
    RefusalCode.DAMAGED_HEADER,
    RefusalCode.UNSUPPORTED_FEATURE,
)
MISMATCH, NO_FILE = RefusalCode.FORMAT_MISMATCH, RefusalCode.NOT_A_FILE


def _vdi(changes, length=None):
    return lambda workshop: workshop.changed(workshop.sound(VDI), changes, length)


def _of(content: bytes):
    return lambda workshop: workshop.file(content.ljust(2**16, b"\0"))


def _by_qemu(disk_format: str):
    def make(workshop: Workshop) -> Path:
        path = workshop.folder / "image"
        qemu_img("create", "-q", "-f", disk_format, path, "1M")
        return path

    return make


def _link(workshop: Workshop) -> Path:
    path = workshop.folder / "link"
    path.symlink_to(workshop.sound(QCOW2))
    return path


def _dangling(workshop: Workshop) -> Path:
    path = workshop.folder / "link"
    path.symlink_to("/nowhere")
    return path


def _folder(workshop: Workshop) -> Path:
    path = workshop.folder / "folder"
    path.mkdir()
    return path


def _fifo(workshop: Workshop) -> Path:
    path = workshop.folder / "fifo"
    os.mkfifo(path)
    return path


HOSTILE = (
    Hostile("is a difference", VDI, _vdi({76: le32(4)}), BACKING, "type 4"),
    Hostile("is an undo disk", VDI, _vdi({76: le32(3)}), BACKING, "type 3"),
    Hostile("has a parent", VDI, _vdi({440: b"p" * 16}), BACKING, "over another image"),
    Hostile("is linked", VDI, _vdi({424: b"p" * 16}), BACKING, "over another image"),
    Hostile("is of version 0.1", VDI, _vdi({68: le32(1)}), FEATURE, "version 0x1"),
    Hostile("is of an unknown type", VDI, _vdi({76: le32(9)}), DAMAGED, "type is 9"),
    Hostile("has blocks of 2 MiB", VDI, _vdi({376: le32(2**21)}), FEATURE, "2097152+0 bytes"),
    Hostile("has something besides its blocks", VDI, _vdi({380: le32(512)}), FEATURE, "1048576+512 bytes"),
    Hostile("has sectors of 4 KiB", VDI, _vdi({360: le32(4096)}), FEATURE, "sectors 4096"),
    Hostile("has too few blocks", VDI, _vdi({384: le32(1)}), DAMAGED, "1 blocks"),
    Hostile("has billions of blocks", VDI, _vdi({384: le32(0xFFFFFFFF)}), DAMAGED, "4294967295 blocks"),
    Hostile("is an exbibyte", VDI, _vdi({368: le64(2**60)}), DAMAGED, "for 1152921504606846976 bytes"),
    Hostile("is a disk of nothing", VDI, _vdi({368: le64(0)}), DAMAGED, "0 bytes"),
    Hostile("has its map beyond its end", VDI, _vdi({340: le32(2**31)}), DAMAGED, "map of blocks"),
    Hostile("has its map between sectors", VDI, _vdi({340: le32(7)}), DAMAGED, "byte 7"),
    Hostile("has a block beyond its end", VDI, _vdi({512: le32(1000)}), DAMAGED, "block 1000"),
    Hostile("is cut off", VDI, _vdi({}, 200), DAMAGED, "200 bytes"),
    Hostile(
        "is larger than this place allows",
        VDI,
        lambda workshop: workshop.sound(VDI),
        RefusalCode.TOO_LARGE,
        "are the most",
        ImageLimits(virtual_size_bytes=2**20),
    ),
    Hostile("hides a qcow2", RAW, lambda workshop: workshop.sound(QCOW2), MISMATCH, "content is qcow2"),
    Hostile(
        "hides a qcow2 that lies over a file",
        RAW,
        lambda workshop: workshop.made(QCOW2, "-u", "-F", "raw", "-b", "/etc/passwd"),
        MISMATCH,
        "content is qcow2",
    ),
    Hostile(
        "hides a VMDK", RAW, lambda workshop: workshop.sound(DiskFormat.VMDK), MISMATCH, "content is vmdk"
    ),
    Hostile(
        "hides a description of other files",
        RAW,
        _of(b'# Disk DescriptorFile\nversion=1\nRW 1 FLAT "/etc/passwd" 0\n'),
        MISMATCH,
        "content is vmdk",
    ),
    Hostile("hides a VDI", RAW, lambda workshop: workshop.sound(VDI), MISMATCH, "content is vdi"),
    Hostile(
        "hides a fixed VHD",
        RAW,
        lambda workshop: workshop.sound(DiskFormat.VPC, "subformat=fixed"),
        MISMATCH,
        "content is vpc",
    ),
    Hostile(
        "hides a VHDX", RAW, lambda workshop: workshop.sound(DiskFormat.VHDX), MISMATCH, "content is vhdx"
    ),
    Hostile("is a QED", RAW, _by_qemu("qed"), MISMATCH, "content is qed"),
    Hostile("is encrypted by LUKS", RAW, _of(b"LUKS\xba\xbe\0\1aes"), MISMATCH, "content is luks"),
    Hostile("is a disk of Parallels", RAW, _by_qemu("parallels"), MISMATCH, "content is parallels"),
    Hostile("is a disk of Bochs", RAW, _of(b"Bochs Virtual HD Image"), MISMATCH, "content is bochs"),
    Hostile("is a compressed loop", RAW, _of(b"#!/bin/sh\n#V2.0 Format\n"), MISMATCH, "content is cloop"),
    Hostile("is a disk of user mode Linux", RAW, _of(b"OOOM"), MISMATCH, "content is user mode"),
    Hostile(
        "is a disk of Apple",
        RAW,
        lambda workshop: workshop.file(bytes(4096) + b"koly" + bytes(508)),
        MISMATCH,
        "content is dmg",
    ),
    Hostile(
        "is larger than this place allows",
        RAW,
        _of(b""),
        RefusalCode.TOO_LARGE,
        "are the most",
        ImageLimits(virtual_size_bytes=1024),
    ),
    Hostile("is a link", QCOW2, _link, NO_FILE, "is a link"),
    Hostile("is a link to nowhere", QCOW2, _dangling, NO_FILE, "is a link"),
    Hostile("is a folder", RAW, _folder, NO_FILE, "is a link, a folder"),
    Hostile("is a pipe nobody writes to", RAW, _fifo, NO_FILE, "not a file"),
    Hostile("is a device without end", RAW, lambda workshop: Path("/dev/zero"), NO_FILE, "not a file"),
)
