"""Words that both sides of a message must spell alike."""

from enum import StrEnum


class PowerState(StrEnum):
    """What a hypervisor says of a machine. ``MISSING``: the host answers and does not know it."""

    ON = "on"
    OFF = "off"
    PAUSED = "paused"
    MISSING = "missing"
    UNKNOWN = "unknown"


class HypervisorType(StrEnum):
    """Hypervisor families by their name in the REST dialect."""

    KVM = "KVM"
    VMX_04 = "VMX_04"
    XENSERVER = "XENSERVER"
    HYPERV_301 = "HYPERV_301"
    VBOX = "VBOX"


class DiskFormat(StrEnum):
    """Formats as ``qemu-img`` names them; never guessed, always passed explicitly."""

    RAW = "raw"
    QCOW2 = "qcow2"
    VMDK = "vmdk"
    VDI = "vdi"
    VPC = "vpc"
    VHDX = "vhdx"


class DiskVariant(StrEnum):
    """How the file of a format is laid out: grown as it is written to, unless it says otherwise."""

    PLAIN = ""
    FLAT = "flat"
    STREAM_OPTIMIZED = "stream_optimized"


class DiskBus(StrEnum):
    """What a machine's disk is attached to."""

    VIRTIO = "virtio"
    IDE = "ide"
    SATA = "sata"
    SCSI = "scsi"


class NicModel(StrEnum):
    """What a machine's network card pretends to be, as libvirt spells it."""

    VIRTIO = "virtio"
    E1000 = "e1000"
    PCNET32 = "pcnet"
    VMXNET3 = "vmxnet3"


class Service(StrEnum):
    """Remote services, as they appear in queue names."""

    VIRTUALIZATION = "virtualization"
    VIRTUALIZATION_FAST = "virtualization.fast"
    VIRTUALIZATION_STREAM = "virtualization.stream"
    APPLIANCE = "appliance"
    APPLIANCE_COPY = "appliance.copy"
    APPLIANCE_FETCH = "appliance.fetch"
    CONVERSION = "conversion"
    DHCP = "dhcp"
    MONITOR = "monitor"


class ErrorCode(StrEnum):
    """Codes of :class:`contracts.base.Failed` that the server turns into sentences."""

    UNSUPPORTED_COMMAND = "unsupported_command"
    INTERNAL_ERROR = "internal_error"
    UNREACHABLE = "unreachable"
    HYPERVISOR_REFUSED = "hypervisor_refused"
    MACHINE_NOT_FOUND = "machine_not_found"
    DRIVE_LOCKED = "drive_locked"
    NO_FREE_DRIVE = "no_free_drive"
    OWNERSHIP_MISMATCH = "ownership_mismatch"
    TEMPLATE_MISSING = "template_missing"
    TEMPLATE_UNUSABLE = "template_unusable"
    DISK_MISSING = "disk_missing"
    DATASTORE_FULL = "datastore_full"
    DATASTORE_MISSING = "datastore_missing"
    REPOSITORY_AWAY = "repository_away"
    REPOSITORY_FULL = "repository_full"
    UPLOAD_INCOMPLETE = "upload_incomplete"
    UPLOAD_EXPIRED = "upload_expired"
    UPLOAD_OVER = "upload_over"
    SOURCE_FORBIDDEN = "source_forbidden"
    SOURCE_UNREACHABLE = "source_unreachable"
    SOURCE_UNTRUSTED = "source_untrusted"
    SOURCE_REFUSED = "source_refused"
    SOURCE_TOO_LARGE = "source_too_large"
    SOURCE_BROKEN = "source_broken"
    NETWORK_FAILED = "network_failed"
    TIMED_OUT = "timed_out"
    CANNOT_UNSEAL = "cannot_unseal"
    SANDBOX_MISSING = "sandbox_missing"
    PROGRAM_FAILED = "program_failed"
    CANCELLED = "cancelled"


class RefusalCode(StrEnum):
    """Why an image or a package is not taken; codes of :class:`contracts.base.Failed` as well.
    Described in docs/images.md."""

    NOT_A_FILE = "not_a_file"
    FORMAT_MISMATCH = "format_mismatch"
    UNKNOWN_FORMAT = "unknown_format"
    BACKING_FILE = "backing_file"
    EXTERNAL_DATA = "external_data"
    FOREIGN_EXTENT = "foreign_extent"
    TOO_LARGE = "too_large"
    DAMAGED_HEADER = "damaged_header"
    UNSUPPORTED_FEATURE = "unsupported_feature"
    NOT_CLOSED = "not_closed"
    ENCRYPTED = "encrypted"
    COMPRESSION_BOMB = "compression_bomb"
    TAR_MEMBER = "tar_member"
    TAR_BOMB = "tar_bomb"
    TAR_DAMAGED = "tar_damaged"
    CHECKSUM = "checksum"
    OVF_MISSING = "ovf_missing"
    OVF_EXTERNAL_REFERENCE = "ovf_external_reference"
    OVF_DAMAGED = "ovf_damaged"
    OVF_UNSUPPORTED = "ovf_unsupported"


def queue_name(datacenter_id, service: Service) -> str:
    """The queue of one remote service in one datacenter, ``dc.<uuid>.<service>``."""
    return f"dc.{datacenter_id}.{service}"
