"""qcow2 images that must be refused."""

import subprocess

from contracts.vocabulary import DiskFormat
from remote_services.images import ImageLimits, RefusalCode
from tests.remote_services.images.making import MIB, Hostile, Workshop, be32, be64, qemu_img

QCOW2 = DiskFormat.QCOW2
_L1_ENTRIES, _L1_AT, _REFCOUNT_AT, _REFCOUNT_CLUSTERS = 36, 40, 48, 56
_FEATURES, _REFCOUNT_ORDER, _HEADER_LENGTH, _COMPRESSION = 72, 96, 100, 104
_EXTENSIONS = 112
_DATA_FILE_NAME = 0x44415441


def _changed(changes, length=None, size="8M", options=()):
    return lambda workshop: workshop.changed(workshop.sound(QCOW2, *options, size=size), changes, length)


def _backed(name: str):
    return lambda workshop: workshop.made(QCOW2, "-u", "-F", "raw", "-b", name)


def _with_data_file(workshop: Workshop):
    return workshop.made(QCOW2, "-o", f"data_file={workshop.folder}/elsewhere.raw")


def _with_snapshot(workshop: Workshop):
    path = workshop.made(QCOW2)
    qemu_img("snapshot", "-c", "before", path)
    return path


def _written(workshop: Workshop):
    """One whose first table has an entry."""
    path = workshop.made(QCOW2)
    command = ["qemu-io", "-f", "qcow2", "-c", "write -P 7 0 1M", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


def _cut(workshop: Workshop):
    return workshop.changed(_written(workshop), {}, length=196_608 + 100)


def _entry_beyond_the_end(workshop: Workshop):
    return workshop.changed(_written(workshop), {0x30000: be64(1 << 63 | 1 << 40)})


def _also_an_iso(workshop: Workshop):
    return workshop.changed(workshop.sound(QCOW2), {32 * 1024: b"\x01CD001"})


def _case(what, make, code, words, limits=None):
    return Hostile(what, QCOW2, make, code, words, limits or ImageLimits())


BACKING, DATA = RefusalCode.BACKING_FILE, RefusalCode.EXTERNAL_DATA
DAMAGED, FEATURE = RefusalCode.DAMAGED_HEADER, RefusalCode.UNSUPPORTED_FEATURE
HOSTILE = (
    _case("lies over a path", _backed("/etc/passwd"), BACKING, "must stand alone"),
    _case("lies over a relative path", _backed("neighbour.raw"), BACKING, "must stand alone"),
    _case(
        "lies over what JSON says",
        _backed('json:{"driver":"file","filename":"/etc/passwd"}'),
        BACKING,
        "alone",
    ),
    _case("lies over a network disk", _backed("nbd://127.0.0.1:1/x"), BACKING, "must stand alone"),
    _case("says where a name of no length lies", _changed({8: be64(4096)}), BACKING, "0 bytes at 4096"),
    _case("says how long a name is that lies nowhere", _changed({16: be32(11)}), BACKING, "11 bytes at 0"),
    _case("keeps its data in another file", _with_data_file, DATA, "another file"),
    _case(
        "names a data file without saying so",
        _changed({_EXTENSIONS: be32(_DATA_FILE_NAME) + be32(8)}),
        DATA,
        "names another file",
    ),
    _case("is of version 1", _changed({4: be32(1)}), FEATURE, "version 1"),
    _case("is of version 99", _changed({4: be32(99)}), FEATURE, "version 99"),
    _case("needs an unknown feature", _changed({_FEATURES: be64(1 << 40)}), FEATURE, "0x10000000000"),
    _case("has extended tables", _changed({}, options=("extended_l2=on",)), FEATURE, "0x10"),
    _case("holds a snapshot", _with_snapshot, FEATURE, "1 internal snapshots"),
    _case("is marked as corrupt", _changed({_FEATURES: be64(2)}), DAMAGED, "corrupt"),
    _case("is encrypted by LUKS", _changed({32: be32(2)}), RefusalCode.ENCRYPTED, "method 2"),
    _case("is encrypted by AES", _changed({32: be32(1)}), RefusalCode.ENCRYPTED, "method 1"),
    _case("has clusters of 256 bytes", _changed({20: be32(8)}), DAMAGED, "2^8 bytes"),
    _case("has clusters of a gigabyte", _changed({20: be32(30)}), DAMAGED, "2^30 bytes"),
    _case("has clusters beyond all numbers", _changed({20: be32(0xFFFFFFFF)}), DAMAGED, "clusters"),
    _case(
        "is a pebibyte",
        _changed({}, size="1P"),
        RefusalCode.TOO_LARGE,
        "1048576.0 GiB; 16384.0 GiB are the most",
    ),
    _case(
        "is larger than this place allows",
        _changed({}, size="2G"),
        RefusalCode.TOO_LARGE,
        "2.0 GiB; 1.0 GiB are the most",
        ImageLimits(virtual_size_bytes=2**30),
    ),
    _case(
        "is larger than its table", _changed({24: be64(2**40)}), DAMAGED, "does not fit 1099511627776 bytes"
    ),
    _case("is larger than any disk", _changed({24: be64(2**63)}), DAMAGED, "does not fit"),
    _case("is a disk of nothing", _changed({24: be64(0)}), DAMAGED, "0 bytes"),
    _case("has a table of 32 GiB", _changed({_L1_ENTRIES: be32(0xFFFFFFFF)}), DAMAGED, "4294967295 entries"),
    _case("has its table beyond its end", _changed({_L1_AT: be64(1 << 40)}), DAMAGED, "does not lie within"),
    _case("has its table between clusters", _changed({_L1_AT: be64(1000)}), DAMAGED, "does not lie within"),
    _case("has its table in its header", _changed({_L1_AT: be64(0)}), DAMAGED, "does not lie within"),
    _case("has a table that leads beyond its end", _entry_beyond_the_end, DAMAGED, "1099511627776"),
    _case("has no reference counts", _changed({_REFCOUNT_CLUSTERS: be32(0)}), DAMAGED, "0 clusters"),
    _case(
        "has too many reference counts",
        _changed({_REFCOUNT_CLUSTERS: be32(0xFFFF)}),
        DAMAGED,
        "65535 clusters",
    ),
    _case(
        "has reference counts beyond its end",
        _changed({_REFCOUNT_AT: be64(1 << 50)}),
        DAMAGED,
        "does not lie within",
    ),
    _case("has reference counts of 2^99 bits", _changed({_REFCOUNT_ORDER: be32(99)}), DAMAGED, "2^99 bits"),
    _case("has a header of 4 bytes", _changed({_HEADER_LENGTH: be32(4)}), DAMAGED, "4 bytes"),
    _case("has a header of 4 GiB", _changed({_HEADER_LENGTH: be32(0xFFFFFFF8)}), DAMAGED, "no end"),
    _case(
        "is compressed in an unknown way",
        _changed({_FEATURES: be64(8), _COMPRESSION: b"\x07"}),
        DAMAGED,
        "type is 7",
    ),
    _case(
        "has extensions without end",
        _changed({_EXTENSIONS: (be32(0x6803F857) + be32(65_520)) * 2}),
        DAMAGED,
        "no end",
    ),
    _case("is cut within its header", _changed({}, length=50), DAMAGED, "50 bytes"),
    _case("is cut within its tables", _cut, DAMAGED, "ends at byte 196708"),
    _case("can be read as a CD as well", _also_an_iso, RefusalCode.FORMAT_MISMATCH, "can also be read as"),
    _case(
        "is a text",
        lambda workshop: workshop.file(b"not a disk at all " * 100),
        RefusalCode.FORMAT_MISMATCH,
        "content is raw",
    ),
    _case(
        "is a VMDK",
        lambda workshop: workshop.sound(DiskFormat.VMDK),
        RefusalCode.FORMAT_MISMATCH,
        "content is vmdk",
    ),
    _case("is empty", lambda workshop: workshop.file(b""), DAMAGED, "empty"),
    _case(
        "is larger as a file than allowed",
        _changed({}),
        RefusalCode.TOO_LARGE,
        "are the most",
        ImageLimits(file_size_bytes=MIB // 16),
    ),
)
