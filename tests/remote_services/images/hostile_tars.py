"""Packages (OVA) that must be refused for how they are packed."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, PackageLimits, RefusalCode
from remote_services.images.ova import tar
from tests.remote_services.images.making import Workshop

DISK = "disk.qcow2"
_SIZE_AT, _SUM_AT, _KIND_AT, _LINK_AT, _MARK_AT = 124, 148, 156, 157, 257


@dataclass(frozen=True)
class HostilePackage:
    what: str
    make: Callable[[Workshop], bytes]
    code: RefusalCode
    words: str
    limits: PackageLimits = PackageLimits()

    def __str__(self) -> str:
        return self.what


def descriptor(name: str = DISK, more: str = "") -> bytes:
    return (
        '<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:o="http://schemas.dmtf.org/ovf/envelope/1">'
        f'<References><File o:id="f" o:href="{name}"/></References><DiskSection>'
        '<Disk o:diskId="d" o:fileRef="f" o:capacity="8388608" o:format="http://x/qcow2"/></DiskSection>'
        f'<VirtualSystem o:id="vm"><Name>vm</Name></VirtualSystem>{more}</Envelope>'
    ).encode()


def joined(*members: tuple[str, bytes]) -> bytes:
    return b"".join(
        tar.header_of(name, len(data)) + data + tar.padding_of(len(data)) for name, data in members
    )


def packed(*members: tuple[str, bytes]) -> bytes:
    content = joined(*members)
    return content + tar.end_of(len(content))


def sound_members(workshop: Workshop) -> list[tuple[str, bytes]]:
    return [("vm.ovf", descriptor()), (DISK, workshop.sound(DiskFormat.QCOW2).read_bytes())]


def summed(header: bytes) -> bytes:
    blank = header[:_SUM_AT] + b" " * 8 + header[_SUM_AT + 8 :]
    return blank[:_SUM_AT] + b"%06o\0 " % sum(blank) + blank[_SUM_AT + 8 :]


def _named(name: str):
    return lambda workshop: packed(*sound_members(workshop), (name, b"x"))


def _with_header(changes: dict[int, bytes], content: bytes = b""):
    """A package with one more member, whose header was changed."""

    def make(workshop: Workshop) -> bytes:
        header = bytearray(tar.header_of("more", len(content)))
        for offset, piece in changes.items():
            header[offset : offset + len(piece)] = piece
        members = joined(*sound_members(workshop))
        return members + summed(bytes(header)) + content + tar.padding_of(len(content)) + bytes(1024)

    return make


def _kind(kind: bytes):
    return _with_header({_KIND_AT: kind, _LINK_AT: b"/etc/passwd"})


def _extended(key: str, value: str):
    record = f" {key}={value}\n"
    length = len(record) + 2
    content = f"{length if length < 100 else length + 1}{record}".encode()
    return _with_header({_KIND_AT: b"x"}, content)


def _by_tarfile(add: Callable[[tarfile.TarFile], None]):
    def make(workshop: Workshop) -> bytes:
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
            add(archive)
        return stream.getvalue()

    return make


def _long_name(archive: tarfile.TarFile) -> None:
    archive.addfile(tarfile.TarInfo("x" * 300), io.BytesIO())


def _with_manifest(lines: Callable[[dict[str, bytes]], str], at_end: bool = True):
    def make(workshop: Workshop) -> bytes:
        members = sound_members(workshop)
        manifest = ("vm.mf", lines(dict(members)).encode())
        return packed(*members, manifest) if at_end else packed(members[0], manifest, members[1])

    return make


def _sha256(members: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}


def _sums(members: dict[str, bytes], **changes: str) -> str:
    return "".join(f"SHA256({name})= {value}\n" for name, value in (_sha256(members) | changes).items())


def _cut(length: int):
    return lambda workshop: packed(*sound_members(workshop))[:length]


def _backed(workshop: Workshop) -> bytes:
    evil = workshop.made(DiskFormat.QCOW2, "-u", "-F", "raw", "-b", "/etc/passwd")
    return packed(("vm.ovf", descriptor()), (DISK, evil.read_bytes()))


def _other_format(workshop: Workshop) -> bytes:
    return packed(("vm.ovf", descriptor()), (DISK, workshop.sound(DiskFormat.VDI).read_bytes()))


MEMBER, BOMB, DAMAGED = RefusalCode.TAR_MEMBER, RefusalCode.TAR_BOMB, RefusalCode.TAR_DAMAGED
CHECKSUM = RefusalCode.CHECKSUM
_FEW = PackageLimits(members=4)
HOSTILE = (
    HostilePackage("leads upwards", _named("../../etc/cron.d/x"), MEMBER, "without folders"),
    HostilePackage("leads upwards after a dot", _named("./../x"), MEMBER, "without folders"),
    HostilePackage("leads to the root", _named("/etc/passwd"), MEMBER, "/etc/passwd"),
    HostilePackage("leads into a folder", _named("folder/x"), MEMBER, "folder/x"),
    HostilePackage("leads upwards on Windows", _named("..\\x"), MEMBER, "plain names"),
    HostilePackage("leads to another drive", _named("c:x"), MEMBER, "plain names"),
    HostilePackage("has a hidden file", _named(".bashrc"), MEMBER, ".bashrc"),
    HostilePackage("has an option as a name", _named("-rf"), MEMBER, "-rf"),
    HostilePackage("has a line end in a name", _named("a\nb"), MEMBER, "plain names"),
    HostilePackage("has a file without name", _with_header({0: bytes(100)}), MEMBER, "''"),
    HostilePackage("has a name that is no text", _with_header({0: b"\xff\xfe"}), MEMBER, "no text"),
    HostilePackage("has a folder before a name", _with_header({345: b"etc"}), MEMBER, "plain names"),
    HostilePackage("has a hard link", _kind(b"1"), MEMBER, "a hard link"),
    HostilePackage("has a symbolic link", _kind(b"2"), MEMBER, "a symbolic link"),
    HostilePackage("has a character device", _kind(b"3"), MEMBER, "a character device"),
    HostilePackage("has a block device", _kind(b"4"), MEMBER, "a block device"),
    HostilePackage("has a folder", _kind(b"5"), MEMBER, "a folder"),
    HostilePackage("has a fifo", _kind(b"6"), MEMBER, "a fifo"),
    HostilePackage("has a sparse file", _kind(b"S"), MEMBER, "a sparse file"),
    HostilePackage("has something unknown", _kind(b"Z"), MEMBER, "an unknown kind"),
    HostilePackage("has a plain file that is a link", _kind(b"0"), MEMBER, "names another one"),
    HostilePackage("has a long name", _by_tarfile(_long_name), MEMBER, "a long name"),
    HostilePackage("renames by an extended header", _extended("path", "../x"), MEMBER, "'path'"),
    HostilePackage("links by an extended header", _extended("linkpath", "/etc/passwd"), MEMBER, "'linkpath'"),
    HostilePackage(
        "is sparse by an extended header", _extended("GNU.sparse.major", "1"), MEMBER, "GNU.sparse"
    ),
    HostilePackage("has a global header", _with_header({_KIND_AT: b"g"}), MEMBER, "a global extended header"),
    HostilePackage(
        "has an endless extended header",
        _with_header({_KIND_AT: b"x", _SIZE_AT: b"77777777777\0"}),
        MEMBER,
        "are the most",
    ),
    HostilePackage("has a file twice", _named(DISK), MEMBER, "twice"),
    HostilePackage("has two descriptors", _named("other.ovf"), MEMBER, "several files *.ovf"),
    HostilePackage(
        "has too many files",
        lambda workshop: packed(*((f"f{n}", b"") for n in range(9))),
        BOMB,
        "more than 4 files",
        _FEW,
    ),
    HostilePackage(
        "says it has an exbibyte",
        _with_header({_SIZE_AT: b"\x80" + (2**60).to_bytes(11, "big")}),
        BOMB,
        "1152921504606846976 bytes",
    ),
    HostilePackage("says it has less than nothing", _with_header({_SIZE_AT: b"\xff" * 12}), BOMB, "bytes"),
    HostilePackage(
        "says it has more than allowed",
        _with_header({_SIZE_AT: b"\x80" + (2**45).to_bytes(11, "big")}),
        BOMB,
        "32768.0 GiB; 16384.0 GiB",
    ),
    HostilePackage(
        "has more than this place allows",
        _named("more"),
        BOMB,
        "are the most",
        PackageLimits(total_bytes=4096),
    ),
    HostilePackage(
        "has a descriptor of a gigabyte",
        _with_header({0: b"x.mf\0", _SIZE_AT: b"10000000000\0"}),
        BOMB,
        "bytes; 262144 are the most",
    ),
    HostilePackage(
        "has a length that is no number", _with_header({_SIZE_AT: b"99999999999\0"}), DAMAGED, "octal"
    ),
    HostilePackage(
        "has a wrong check sum in a header",
        lambda workshop: b"X" + packed(*sound_members(workshop))[1:],
        DAMAGED,
        "check sum",
    ),
    HostilePackage(
        "has a header that is none", _with_header({_MARK_AT: b"nonsense"}), DAMAGED, "not that of a tar"
    ),
    HostilePackage("is empty", lambda workshop: b"", DAMAGED, "ends in the middle"),
    HostilePackage("is cut within a header", _cut(300), DAMAGED, "ends in the middle"),
    HostilePackage("is cut within a file", _cut(700), DAMAGED, "before the end of a member"),
    HostilePackage(
        "is cut before its end",
        lambda workshop: joined(*sound_members(workshop)),
        DAMAGED,
        "ends",
    ),
    HostilePackage(
        "goes on after its end",
        lambda workshop: packed(*sound_members(workshop)) + b"more",
        DAMAGED,
        "follows its end",
    ),
    HostilePackage(
        "never ends",
        lambda workshop: packed(*sound_members(workshop)) + bytes(2**22),
        DAMAGED,
        "follows its end",
    ),
    HostilePackage(
        "is compressed",
        lambda workshop: gzip.compress(packed(*sound_members(workshop)) * 9, 0),
        DAMAGED,
        "compressed",
    ),
    HostilePackage(
        "is an extended header alone",
        lambda workshop: _extended("size", "1")(workshop)[-2048:],
        DAMAGED,
        "no member",
    ),
    HostilePackage(
        "has no descriptor",
        lambda workshop: packed(*sound_members(workshop)[1:]),
        RefusalCode.OVF_MISSING,
        "no descriptor",
    ),
    HostilePackage("holds nothing", lambda workshop: packed(), RefusalCode.OVF_MISSING, "no descriptor"),
    HostilePackage(
        "lacks a disk",
        lambda workshop: packed(sound_members(workshop)[0]),
        RefusalCode.OVF_DAMAGED,
        "is not there",
    ),
    HostilePackage(
        "has another disk than was summed",
        _with_manifest(lambda members: _sums(members, **{DISK: "0" * 64})),
        CHECKSUM,
        "SHA256 of 'disk.qcow2'",
    ),
    HostilePackage(
        "has another disk than was summed before",
        _with_manifest(lambda members: _sums(members, **{DISK: "0" * 64}), at_end=False),
        CHECKSUM,
        "SHA256 of 'disk.qcow2'",
    ),
    HostilePackage(
        "has another descriptor than was summed",
        _with_manifest(lambda members: _sums(members, **{"vm.ovf": "f" * 64})),
        CHECKSUM,
        "SHA256 of 'vm.ovf'",
    ),
    HostilePackage(
        "sums what is not there",
        _with_manifest(lambda members: _sums(members, other="0" * 64)),
        CHECKSUM,
        "which is not there",
    ),
    HostilePackage(
        "does not sum its disk",
        _with_manifest(lambda members: _sums({"vm.ovf": members["vm.ovf"]})),
        CHECKSUM,
        "does not list 'disk.qcow2'",
    ),
    HostilePackage(
        "sums by MD5", _with_manifest(lambda members: f"MD5({DISK})= {'0' * 32}\n"), CHECKSUM, "can't be read"
    ),
    HostilePackage(
        "sums with half a sum",
        _with_manifest(lambda members: f"SHA256({DISK})= {'0' * 40}\n"),
        CHECKSUM,
        "can't be read",
    ),
    HostilePackage("sums twice", _with_manifest(lambda members: _sums(members) * 2), CHECKSUM, "twice"),
    HostilePackage("sums nothing", _with_manifest(lambda members: "\n"), CHECKSUM, "empty"),
    HostilePackage("has a disk that lies over a file", _backed, RefusalCode.BACKING_FILE, "must stand alone"),
    HostilePackage(
        "has a disk of another format", _other_format, RefusalCode.FORMAT_MISMATCH, "content is vdi"
    ),
    HostilePackage(
        "has a disk that is too large",
        lambda workshop: packed(*sound_members(workshop)),
        RefusalCode.TOO_LARGE,
        "are the most",
        PackageLimits(image=ImageLimits(virtual_size_bytes=4096)),
    ),
)
