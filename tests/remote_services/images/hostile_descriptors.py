"""OVF descriptors that must be refused."""

from dataclasses import dataclass

from remote_services.images import RefusalCode

EXTERNAL, DAMAGED, UNSUPPORTED = (
    RefusalCode.OVF_EXTERNAL_REFERENCE,
    RefusalCode.OVF_DAMAGED,
    RefusalCode.OVF_UNSUPPORTED,
)
NAMESPACES = (
    'xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:o="http://schemas.dmtf.org/ovf/envelope/1" '
    'xmlns:r="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"'
)
FILE = '<File o:id="f" o:href="d.vmdk"/>'
DISK = '<Disk o:diskId="d" o:fileRef="f" o:capacity="8" o:capacityAllocationUnits="byte * 2^20"/>'


@dataclass(frozen=True)
class HostileDescriptor:
    what: str
    document: bytes
    code: RefusalCode
    words: str

    def __str__(self) -> str:
        return self.what


def envelope(files: str = FILE, disks: str = DISK, system: str = "", more: str = "") -> bytes:
    machine = f'<VirtualSystem o:id="vm">{system}</VirtualSystem>'
    return (
        f"<Envelope {NAMESPACES}><References>{files}</References><DiskSection>{disks}</DiskSection>"
        f"{machine}{more}</Envelope>"
    ).encode()


def item(kind: int, **values: object) -> str:
    elements = "".join(f"<r:{name}>{value}</r:{name}>" for name, value in values.items())
    return f"<Item><r:ResourceType>{kind}</r:ResourceType>{elements}</Item>"


def hardware(*items: str) -> bytes:
    return envelope(system=f"<VirtualHardwareSection>{''.join(items)}</VirtualHardwareSection>")


def _refers(href: str) -> bytes:
    return envelope(files=f'<File o:id="f" o:href="{href}"/>')


def _sized(capacity: str, unit: str = "byte") -> bytes:
    return envelope(
        disks=f'<Disk o:diskId="d" o:fileRef="f" o:capacity="{capacity}" o:capacityAllocationUnits="{unit}"/>'
    )


_ENTITY = b'<?xml version="1.0"?><!DOCTYPE Envelope [<!ENTITY %s>]><Envelope>&x;</Envelope>'
_LAUGHS = (
    b'x "ha">'
    + b"".join(
        b'<!ENTITY x%d "%s">' % (level, b"&x%d;" % (level - 1) * 10 if level > 1 else b"&x;" * 10)
        for level in range(1, 9)
    )[:-1]
)
_COLLECTION = "VirtualSystemCollection"
_OTHER = '<VirtualSystem o:id="other"/>'
HOSTILE = (
    HostileDescriptor(
        "has a document type",
        b'<!DOCTYPE Envelope SYSTEM "http://127.0.0.1/x.dtd"><Envelope/>',
        EXTERNAL,
        "document type",
    ),
    HostileDescriptor("reads /etc/passwd", _ENTITY % b'x SYSTEM "file:///etc/passwd"', EXTERNAL, "entities"),
    HostileDescriptor(
        "reads from the network", _ENTITY % b'x SYSTEM "http://169.254.169.254/"', EXTERNAL, "entities"
    ),
    HostileDescriptor(
        "reads by a parameter", _ENTITY % b'% x SYSTEM "http://127.0.0.1/"', EXTERNAL, "entities"
    ),
    HostileDescriptor("laughs a billion times", _ENTITY % _LAUGHS, EXTERNAL, "entities"),
    HostileDescriptor(
        "refers to the network", _refers("http://169.254.169.254/disk.vmdk"), EXTERNAL, "169.254.169.254"
    ),
    HostileDescriptor(
        "refers to a file's address", _refers("file:///etc/passwd"), EXTERNAL, "file:///etc/passwd"
    ),
    HostileDescriptor("refers upwards", _refers("../disk.vmdk"), EXTERNAL, "../disk.vmdk"),
    HostileDescriptor("refers upwards in disguise", _refers("%2e%2e%2fdisk.vmdk"), EXTERNAL, "../disk.vmdk"),
    HostileDescriptor("refers to the root", _refers("/etc/passwd"), EXTERNAL, "/etc/passwd"),
    HostileDescriptor("refers to a drive", _refers("c:\\disk.vmdk"), EXTERNAL, "c:"),
    HostileDescriptor("refers to a protocol of QEMU", _refers("nbd:localhost:1"), EXTERNAL, "nbd:"),
    HostileDescriptor("refers to nothing", _refers(""), EXTERNAL, "''"),
    HostileDescriptor("refers to a hidden file", _refers(".ssh"), EXTERNAL, ".ssh"),
    HostileDescriptor("refers to an option", _refers("-f"), EXTERNAL, "-f"),
    HostileDescriptor(
        "uses a disk of the network",
        hardware(item(17, InstanceID="1", HostResource="http://127.0.0.1/x")),
        EXTERNAL,
        "none of the package",
    ),
    HostileDescriptor(
        "uses a disk that is not there",
        hardware(item(17, InstanceID="1", HostResource="ovf:/disk/other")),
        EXTERNAL,
        "ovf:/disk/other",
    ),
    HostileDescriptor(
        "uses a disk twice",
        hardware(*(item(17, InstanceID=n, HostResource="ovf:/disk/d") for n in "12")),
        EXTERNAL,
        "used twice",
    ),
    HostileDescriptor(
        "is compressed",
        envelope(files='<File o:id="f" o:href="d.vmdk" o:compression="gzip"/>'),
        UNSUPPORTED,
        "compressed",
    ),
    HostileDescriptor(
        "is in pieces",
        envelope(files='<File o:id="f" o:href="d.vmdk" o:chunkSize="7"/>'),
        UNSUPPORTED,
        "in pieces",
    ),
    HostileDescriptor(
        "has a disk over a disk",
        envelope(disks='<Disk o:diskId="d" o:fileRef="f" o:parentRef="e" o:capacity="8"/>'),
        UNSUPPORTED,
        "over another disk",
    ),
    HostileDescriptor(
        "has two machines",
        envelope(more=f"<{_COLLECTION}>{_OTHER}</{_COLLECTION}>"),
        UNSUPPORTED,
        "2 machines",
    ),
    HostileDescriptor("has no machine", f"<Envelope {NAMESPACES}/>".encode(), UNSUPPORTED, "0 machines"),
    HostileDescriptor(
        "has collections in collections",
        envelope(more=f"<{_COLLECTION}><{_COLLECTION}/></{_COLLECTION}>"),
        UNSUPPORTED,
        "collections in collections",
    ),
    HostileDescriptor("has a file twice", envelope(files=FILE * 2), DAMAGED, "twice"),
    HostileDescriptor(
        "has a name twice", envelope(files=FILE + '<File o:id="g" o:href="d.vmdk"/>'), DAMAGED, "twice"
    ),
    HostileDescriptor("has a disk's number twice", envelope(disks=DISK * 2), DAMAGED, "twice"),
    HostileDescriptor(
        "has a thousand disks",
        envelope(disks="".join(f'<Disk o:diskId="d{n}" o:capacity="1"/>' for n in range(1000))),
        DAMAGED,
        "more than 64 disks",
    ),
    HostileDescriptor(
        "has a thousand NICs",
        hardware(*(item(10, InstanceID="1") for _ in range(1000))),
        DAMAGED,
        "1000 NICs",
    ),
    HostileDescriptor(
        "has a disk of an unknown file", envelope(files=""), DAMAGED, "not among its references"
    ),
    HostileDescriptor("has a size to be asked for", _sized("${size}"), DAMAGED, "${size}"),
    HostileDescriptor("has a size below nothing", _sized("-1"), DAMAGED, "-1"),
    HostileDescriptor("has a size with a fraction", _sized("1.5"), DAMAGED, "1.5"),
    HostileDescriptor("has a size of other digits", _sized("\u0661\u0662"), DAMAGED, "numbers up to"),
    HostileDescriptor("has a size of a thousand digits", _sized("9" * 1000), DAMAGED, "numbers up to"),
    HostileDescriptor("has a unit nobody knows", _sized("8", "furlong"), DAMAGED, "furlong"),
    HostileDescriptor("has a unit beyond all disks", _sized("8", "byte * 2^99"), DAMAGED, "too large a unit"),
    HostileDescriptor(
        "has a disk of exbibytes", _sized("9000000000000000", "byte * 2^40"), RefusalCode.TOO_LARGE, "TiB"
    ),
    HostileDescriptor(
        "has a billion processors",
        hardware(item(3, VirtualQuantity="1000000000")),
        DAMAGED,
        "numbers up to 4096",
    ),
    HostileDescriptor(
        "has processors that are no number", hardware(item(3, VirtualQuantity="many")), DAMAGED, "'many'"
    ),
    HostileDescriptor(
        "has memory in furlongs",
        hardware(item(4, VirtualQuantity="1", AllocationUnits="furlong")),
        DAMAGED,
        "furlong",
    ),
    HostileDescriptor(
        "has too many properties",
        envelope(system="<ProductSection>" + '<Property o:key="k"/>' * 501 + "</ProductSection>"),
        DAMAGED,
        "501 properties",
    ),
    HostileDescriptor("is too deep", b"<a>" * 100_000, DAMAGED, "deeper than 40"),
    HostileDescriptor("has too many elements", b"<Envelope>" + b"<a/>" * 100_000, DAMAGED, "20000 elements"),
    HostileDescriptor("is too long", b" " * (4 * 2**20 + 1), DAMAGED, "4194304 are the most"),
    HostileDescriptor("is no XML", b"PK\x03\x04 this is a zip", DAMAGED, "can't be used"),
    HostileDescriptor("is empty", b"", DAMAGED, "can't be used"),
    HostileDescriptor(
        "is of an unknown encoding",
        b'<?xml version="1.0" encoding="klingon"?><Envelope/>',
        DAMAGED,
        "can't be used",
    ),
    HostileDescriptor("is cut off", envelope()[:-9], DAMAGED, "can't be used"),
    HostileDescriptor("is something else", b"<html/>", DAMAGED, "'html' instead of Envelope"),
)
