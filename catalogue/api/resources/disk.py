"""The disks of templates."""

from catalogue.api.format_words import dialect_format, formats_named
from core.api.fields import boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Link, Resource, Row

BYTES_PER_MIB = 1_048_576
ISO = "ISO"
TEMPLATE_OF_DISK = (
    "/admin/enterprises/{template__enterprise_id}/datacenterrepositories"
    "/{template__repository__datacenter_id}/virtualmachinetemplates/{template_id}"
)


def _shown_format(row: Row) -> str:
    return ISO if row["optical"] else dialect_format(row["format"], row["variant"])


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
        text("diskFormatType", needs=("format", "variant", "optical"), show=_shown_format),
        integer("diskFileSize", source="file_size_bytes", help="Bytes."),
        integer(
            "hdRequired",
            source="virtual_size_bytes",
            show=lambda size: -(-size // BYTES_PER_MIB),
            writes="size_mib",
            least=1,
            help="MiB; taken for a disk with nothing on it.",
        ),
        text(
            "diskController",
            source="adapter",
            writes="adapter",
            most=32,
            help="The SCSI adapter its guest has a driver for: lsilogic, lsilogicsas, VirtualSCSI.",
        ),
        text("diskControllerType", source="controller", writes="controller", help="IDE, SCSI, SATA, VIRTIO."),
        text("state"),
        text("creationDate", source="created_at", show=iso_millis),
    ),
    links=(
        Link("self", ".", "disk"),
        Link("edit", ".", "disk", "disk"),
        Link("virtualmachinetemplate", TEMPLATE_OF_DISK, "virtualmachinetemplate"),
        Link("conversions", "./conversions", "conversions", "conversions"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link("diskfile", "{appliance_manager}/files/{path}", titled_by="path", optional=True, elsewhere=True),
    ),
    added=frozenset({"appliance_manager"}),
    listing=Listing(
        search=("path", "label"),
        filters={
            "states": Filter("state__in", words, "DONE, UNAVAILABLE …"),
            "diskformattype": Filter("format__in", formats_named, "RAW, QCOW2_SPARSE …"),
        },
    ),
)
