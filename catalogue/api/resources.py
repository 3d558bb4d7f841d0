"""How the catalogue looks in the REST dialect. A repository has the id of its datacenter there."""

from core.api.fields import Field, Kind, boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Family, Link, Resource

BYTES_PER_MIB = 1_048_576
REPOSITORY_PATH = "/admin/enterprises/{viewer_enterprise_id}/datacenterrepositories/{id}"
TEMPLATE_PATH = (
    "/admin/enterprises/{enterprise_id}/datacenterrepositories/{repository__datacenter_id}"
    "/virtualmachinetemplates/{id}"
)
TEMPLATE_REFERENCE = (
    "/admin/enterprises/{enterprise}/datacenterrepositories/{repository}/virtualmachinetemplates/{template}"
)
_FORMATS = {
    "raw": "RAW",
    "qcow2": "QCOW2_SPARSE",
    "vmdk": "VMDK_SPARSE",
    "vdi": "VDI_SPARSE",
    "vpc": "VHD_SPARSE",
    "vhdx": "VHDX_SPARSE",
}


def dialect_format(name: str) -> str:
    """The dialect's word for a disk format of ours."""
    return _FORMATS.get(name, "UNKNOWN")


REPOSITORY = Resource(
    name="datacenterrepository",
    collection="datacenterrepositories",
    path=REPOSITORY_PATH,
    fields=(
        integer("id"),
        text("name", source="repository__name"),
        text("repositoryLocation", constant=""),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{viewer_enterprise_id}", "enterprise"),
        Link("edit", ".", "datacenterrepository", titled_by="repository__name"),
        Link(
            "virtualmachinetemplates",
            "./virtualmachinetemplates",
            "virtualmachinetemplates",
            "virtual machine templates",
        ),
        Link("datacenter", "/admin/datacenters/{id}", "datacenter", titled_by="name"),
        Link("location", "/cloud/locations/{id}", "datacenter", titled_by="name"),
    ),
    listing=Listing(search=("repository__name",)),
)

TEMPLATE_DISK = Resource(
    name="disk",
    collection="disks",
    path=(
        "/admin/enterprises/{template__enterprise_id}/datacenterrepositories"
        "/{template__repository__datacenter_id}/virtualmachinetemplates/{template_id}/disks/{id}"
    ),
    fields=(
        integer("id"),
        integer("sequence", source="position"),
        text("path"),
        text("diskFormatType", source="format", show=dialect_format),
        integer("diskFileSize", source="file_size_bytes", help="Bytes."),
        integer(
            "hdRequired",
            source="virtual_size_bytes",
            show=lambda size: -(-size // BYTES_PER_MIB),
            help="MiB.",
        ),
        text("state", constant="DONE"),
    ),
    links=(Link("self", ".", "disk"),),
)

TEMPLATE = Resource(
    name="virtualmachinetemplate",
    collection="virtualmachinetemplates",
    path=TEMPLATE_PATH,
    fields=(
        text("id", show=str),
        text("name"),
        text("description"),
        text("iconUrl", source="icon"),
        text("osType", source="os_type"),
        text("osVersion", source="os_version"),
        text("loginUser", source="login_user"),
        integer("cpuRequired", source="vcpus"),
        integer("ramRequired", source="memory_mib"),
        text("state"),
        boolean("shared"),
        text("creationDate", source="created_at", show=iso_millis),
        text("creationUser", constant=""),
        boolean("chefEnabled", constant=False),
        Field(name="variables", kind=Kind.OBJECT, constant={}),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("edit", ".", "virtualmachinetemplate", titled_by="name"),
        Link(
            "datacenterrepository",
            "/admin/enterprises/{enterprise_id}/datacenterrepositories/{repository__datacenter_id}",
            "datacenterrepository",
            titled_by="repository__name",
        ),
        Link("disks", "./disks", "disks", "disks"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
    ),
    families=(
        Family(
            "disk",
            "disks",
            TEMPLATE_DISK.path,
            "disk",
        ),
    ),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        search=("name", "description"),
        filters={
            "state": Filter("state__in", words, "DONE, IN_PROGRESS …"),
            "states": Filter("state__in", words, "Several states."),
            "ostype": Filter("os_type__in", words, "Operating systems."),
            "path": Filter("disks__path", str, "The path of its disk in the repository."),
            "id": Filter("id", int, "Only this one."),
            "idTemplate": Filter("id", int, "Only this one."),
        },
    ),
)
