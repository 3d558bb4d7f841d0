"""Which disk formats hypervisors take, and which file of a template a disk is made of. Pure decisions."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.vocabulary import DiskFormat, DiskVariant, HypervisorType

# What disks of each hypervisor are written in.
NATIVE = {
    HypervisorType.KVM: DiskFormat.QCOW2,
    HypervisorType.VMX_04: DiskFormat.VMDK,
    HypervisorType.XENSERVER: DiskFormat.VPC,
    HypervisorType.HYPERV_301: DiskFormat.VHDX,
    HypervisorType.VBOX: DiskFormat.VDI,
}
# What a new disk can read through from the first moment; libvirt takes VHDX for raw, so it is not here.
READ_THROUGH = {
    HypervisorType.KVM: frozenset(
        {DiskFormat.QCOW2, DiskFormat.RAW, DiskFormat.VMDK, DiskFormat.VDI, DiskFormat.VPC}
    ),
}


# What a disk can be written as. A flat VMDK is two files, of which the larger is RAW.
GROWING_OR_FLAT = (DiskFormat.QCOW2, DiskFormat.VDI, DiskFormat.VPC, DiskFormat.VHDX)
WRITABLE = (
    *((each, DiskVariant.PLAIN) for each in DiskFormat),
    *((each, DiskVariant.FLAT) for each in GROWING_OR_FLAT),
    (DiskFormat.VMDK, DiskVariant.STREAM_OPTIMIZED),
)
_MIB = 2**20


def most_bytes(virtual_size_bytes: int) -> int:
    """The most the file of a disk of this size may take in any format: its data, tables and headers."""
    return virtual_size_bytes + virtual_size_bytes // 32 + 64 * _MIB


def mib(size_bytes: int) -> int:
    """Whole MiB that hold this many bytes."""
    return -(-int(size_bytes) // _MIB)


@dataclass(frozen=True)
class SourceFile:
    """A file in the repository: the template's own or one it was converted to."""

    path: str
    format: DiskFormat


@dataclass(frozen=True)
class Source:
    """What a disk is made of. ``clone``: all of it is copied before the machine starts."""

    file: SourceFile
    clone: bool

    @property
    def streams(self) -> bool:
        """Whether the rest is copied behind the running machine: a qcow2 overlay over qcow2 is as good as one
        file, over anything else it is not."""
        return not self.clone and self.file.format is not DiskFormat.QCOW2


def source_for(
    hypervisor_type: HypervisorType, own: SourceFile, converted: Iterable[SourceFile] = ()
) -> Source:
    """The file to make a disk of: one in the hypervisor's format, else one it reads through, else a clone."""
    files = [own, *converted]
    native, readable = NATIVE[hypervisor_type], READ_THROUGH.get(hypervisor_type, frozenset())
    for wanted in ({native}, readable):
        for file in files:
            if file.format in wanted and file.format in readable:
                return Source(file, clone=False)
    return Source(own, clone=True)


def readable_by(hypervisor_type: HypervisorType) -> frozenset[DiskFormat]:
    """The formats machines of a hypervisor can be made of at once."""
    return READ_THROUGH.get(hypervisor_type, frozenset()) | {NATIVE[hypervisor_type]}


def needed_conversions(own: DiskFormat, hypervisor_types: Iterable[HypervisorType]) -> frozenset[DiskFormat]:
    """The formats a template's disk must be converted to, so that every hypervisor of a datacenter makes
    machines of it at once."""
    return frozenset(
        NATIVE[each]
        for each in hypervisor_types
        if own is not NATIVE[each] and own not in READ_THROUGH.get(each, ())
    )
