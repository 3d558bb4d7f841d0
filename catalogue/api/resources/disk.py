"""The disks of templates."""

from core.api.fields import boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Link, Resource

BYTES_PER_MIB = 1_048_576
_FORMATS = {
    "raw": "RAW",
    "qcow2": "QCOW2_SPARSE",
    "vmdk": "VMDK_SPARSE",
    "vdi": "VDI_SPARSE",
    "vpc": "VHD_SPARSE",
    "vhdx": "VHDX_SPARSE",
}
_OURS = {
    word: name
    for name, sparse in _FORMATS.items()
    for word in (sparse, sparse.replace("_SPARSE", "_FLAT"), sparse.removesuffix("_SPARSE"))
} | {"VMDK_STREAM_OPTIMIZED": "vmdk"}
TEMPLATE_OF_DISK = (
    "/admin/enterprises/{template__enterprise_id}/datacenterrepositories"
    "/{template__repository__datacenter_id}/virtualmachinetemplates/{template_id}"
)


def dialect_format(name: str) -> str:
    """The dialect's word for a disk format of ours."""
    return _FORMATS.get(name, "UNKNOWN")


def formats_named(text: str) -> list[str]:
    """Our formats for a comma separated list of the dialect's words; unknown words name none."""
    return [_OURS[word] for word in words(text) if word in _OURS]


TEMPLATE_DISK = Resource(
    name="disk",
    collection="disks",
    path=f"{TEMPLATE_OF_DISK}/disks/{{id}}",
    fields=(
        integer("id"),
        text("label", writes="label", most=128),
        integer("sequence", source="position", writes="position", least=0, most=100),
        boolean("bootable", source="position", show=lambda position: position == 0),
        text("path"),
        text("diskFormatType", source="format", show=dialect_format),
        integer("diskFileSize", source="file_size_bytes", help="Bytes."),
        integer(
            "hdRequired",
            source="virtual_size_bytes",
            show=lambda size: -(-size // BYTES_PER_MIB),
            help="MiB.",
        ),
        text("diskController", constant=""),
        text("diskControllerType", source="controller", writes="controller", help="IDE, SCSI, SATA, VIRTIO."),
        text("state"),
        text("creationDate", source="created_at", show=iso_millis),
    ),
    links=(
        Link("self", ".", "disk"),
        Link("edit", ".", "disk", "disk"),
        Link("virtualmachinetemplate", TEMPLATE_OF_DISK, "virtualmachinetemplate"),
    ),
    listing=Listing(
        search=("path", "label"),
        filters={
            "states": Filter("state__in", words, "DONE, UNAVAILABLE …"),
            "diskformattype": Filter("format__in", formats_named, "RAW, QCOW2_SPARSE …"),
        },
    ),
)
