"""Virtual machines, their state, NICs and disks, and the plan of a deployment."""

from datetime import datetime

from catalogue.api.resources import dialect_format
from compute.addresses import MACHINE_PATH
from compute.models import DiskKind
from compute.states import MachineState, shown_state
from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Embedded, Family, Link, Resource, Row
from infrastructure.querysets import DETAILS
from networking.api.resources import ADDRESS_PATH

_PARENT_PATH = MACHINE_PATH.replace("{id}", "{virtual_machine_id}")
_STATE_NUMBERS = {state: number for number, state in enumerate(MachineState.values, start=1)}


def machine_state(row: Row) -> str:
    """What the API shows: LOCKED while an operation works on the machine."""
    return shown_state(row["state"], row["locked"])


def _milliseconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0


DISK = Resource(
    name="harddisk",
    collection="harddisks",
    path=f"{_PARENT_PATH}/storage/disks/{{id}}",
    fields=(
        integer("id"),
        text("uuid", show=str),
        integer("sequence", source="position"),
        integer("sizeInMb", source="size_mib", writes="size_mib", help="It only grows."),
        text(
            "diskFormatType",
            needs=("format", "kind"),
            show=lambda row: "ISO" if row["kind"] == DiskKind.CDROM else dialect_format(row["format"]),
        ),
        boolean("bootable", source="position", show=lambda position: position == 0),
        text("diskControllerType", constant="VIRTIO"),
    ),
    links=(
        Link("edit", ".", "harddisk"),
        Link("virtualdatacenter", "/cloud/virtualdatacenters/{virtual_datacenter_id}", "virtualdatacenter"),
        Link("virtualmachine", _PARENT_PATH, "virtualmachine"),
    ),
    added=frozenset({"virtual_datacenter_id", "virtual_appliance_id"}),
)

NIC = Resource(
    name="nic",
    collection="nics",
    path=f"{_PARENT_PATH}/network/nics/{{id}}",
    fields=(
        integer("id"),
        text("mac"),
        text("ip", source="lease__ip"),
        integer("sequence", source="position"),
        integer("tag", source="network__vlan_tag"),
    ),
    links=(
        Link("self", ".", "nic", titled_by="mac"),
        Link(
            "privatenetwork",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}/privatenetworks/{network_id}",
            "vlan",
            titled_by="network__name",
        ),
        Link(
            "privateip",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}/privatenetworks/{network_id}/ips/{lease__id}",
            "privateip",
            titled_by="lease__ip",
            optional=True,
        ),
    ),
    added=frozenset({"virtual_datacenter_id", "virtual_appliance_id"}),
)

DVD = Resource(
    name="dvd",
    path=MACHINE_PATH,
    fields=(),
    links=(
        Link(
            "image",
            "/admin/enterprises/{template__enterprise_id}/datacenterrepositories"
            "/{template__repository__datacenter_id}/virtualmachinetemplates/{template_id}",
            "virtualmachinetemplate",
            titled_by="template__name",
        ),
    ),
    added=frozenset({"id", "virtual_datacenter_id", "virtual_appliance_id"}),
)

VIRTUAL_MACHINE = Resource(
    name="virtualmachine",
    collection="virtualmachines",
    path=MACHINE_PATH,
    fields=(
        integer("id"),
        text("uuid", show=str),
        text("name", also=("label",), writes="name", most=128),
        text("label", source="name", help="The same as the name."),
        text("description", writes="description", most=255),
        boolean(
            "termsAccepted",
            writes="terms_accepted",
            written_only=True,
            help="When creating of a template with terms: that they are accepted.",
        ),
        integer("cpu", source="vcpus", writes="vcpus", least=1, most=128),
        integer("ram", source="memory_mib", writes="memory_mib", least=32, most=4_194_304, help="MiB."),
        boolean(
            "fullClone",
            source="full_clone",
            writes="full_clone",
            help="Its disks are copied whole when it is deployed, instead of reading from the template.",
        ),
        text("state", needs=("state", "locked"), show=machine_state),
        integer("idState", needs=("state", "locked"), show=lambda row: _STATE_NUMBERS[machine_state(row)]),
        text(
            "stateReason",
            source="unknown_reason",
            show=lambda reason: reason or None,
            help="Why it is UNKNOWN.",
        ),
        text("type", constant="MANAGED"),
        integer("idType", constant=1),
        integer("highDisponibility", constant=0),
        boolean("monitored", constant=False),
        boolean("protected", constant=False),
        boolean("vdrpEnabled", constant=True),
        integer("vdrpPort", constant=0),
        integer("coresPerSocket", constant=1),
        integer("lastSynchronize", source="observed_at", show=_milliseconds, help="Milliseconds since 1970."),
        integer(
            "emptyDiskInMb",
            writes="empty_disk_mib",
            written_only=True,
            least=1,
            help="When creating of an ISO image: the size of the disk to install on.",
        ),
        integer(
            "systemDiskInMb",
            writes="system_disk_mib",
            written_only=True,
            least=1,
            help="The size of the disk it starts from: at least the template's, and never less than it is.",
        ),
        boolean(
            "staticAddresses",
            writes="static_addresses",
            written_only=True,
            help="Whether a guest that sets itself up is told its addresses instead of asking by DHCP.",
        ),
        Field(
            name="dhcpNics",
            kind=Kind.LIST,
            writes="dhcp_cards",
            written_only=True,
            help="Of a guest that is told its addresses: sequences of NICs that ask by DHCP all the same.",
        ),
        text("fqdn", show=lambda name: name or None, writes="fqdn", most=253, help="The guest's host name."),
        Field(
            name="variables",
            kind=Kind.OBJECT,
            writes="variables",
            help="Told to a guest that sets itself up; changed while the machine is not deployed.",
        ),
    ),
    links=(
        Link("edit", ".", "virtualmachine", titled_by="name"),
        Link("state", "./state", "virtualmachinestate", "state"),
        Link("deploy", "./action/deploy", "acceptedrequest", "virtual machine deploy"),
        Link("undeploy", "./action/undeploy", "acceptedrequest", "virtual machine undeploy"),
        Link("reset", "./action/reset", "acceptedrequest", "virtual machine reset"),
        Link("instance", "./action/instance", "acceptedrequest", "virtual machine instance"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link("metadata", "./metadata", "metadata", "metadata"),
        Link("nics", "./network/nics", "nics", "nics"),
        Link("harddisks", "./storage/disks", "harddisks", "disks"),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link(
            "virtualdatacenter",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}",
            "virtualdatacenter",
            titled_by="virtual_datacenter__name",
        ),
        Link(
            "virtualappliance",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{virtual_appliance_id}",
            "virtualappliance",
            titled_by="virtual_appliance__name",
        ),
        Link("location", "/cloud/locations/{virtual_datacenter__datacenter_id}", "datacenter"),
        Link(
            "virtualmachinetemplate",
            "/admin/enterprises/{template__enterprise_id}/datacenterrepositories"
            "/{virtual_datacenter__datacenter_id}/virtualmachinetemplates/{template_id}",
            "virtualmachinetemplate",
            titled_by="template__name",
            optional=True,
        ),
        Link(
            "user",
            "/admin/enterprises/{enterprise_id}/users/{owner_id}",
            "user",
            titled_by="owner__nick",
            optional=True,
        ),
        Link(
            "hardwareprofile",
            "/cloud/locations/{virtual_datacenter__datacenter_id}/hardwareprofiles/{hardware_profile_id}",
            "hardwareprofile",
            optional=True,
        ),
        Link(
            "machine",
            "/admin/datacenters/{virtual_datacenter__datacenter_id}/racks/{host__rack_id}/machines/{host_id}",
            "machine",
            titled_by="host__name",
            optional=True,
            privilege=DETAILS,
        ),
    ),
    embedded=(Embedded("dvd", DVD, "dvd", many=False),),
    families=(
        Family("nic", "nics", ADDRESS_PATH, "privateip", titled_by="ip"),
        Family("disk", "disks", DISK.path, "harddisk"),
    ),
    listing=Listing(
        sorts={"id": "id", "name": "name", "state": "state"},
        search=("name",),
        filters={
            "state": Filter("state__in", words, "ON, OFF …"),
            "states": Filter("state__in", words, "Several."),
        },
    ),
)

MACHINE_STATE = Resource(
    name="virtualmachinestate",
    path=f"{MACHINE_PATH}/state",
    fields=(
        text("state", needs=("state", "locked"), show=machine_state, writes="state", required=True),
        boolean("gracefulShutdown", writes="graceful", written_only=True, help="With OFF: ask the guest."),
    ),
    links=(
        Link("parent", MACHINE_PATH, "virtualmachine", titled_by="name"),
        Link("edit", ".", "virtualmachinestate"),
    ),
)

INSTANCE = Resource(
    name="virtualmachineinstance",
    path=f"{MACHINE_PATH}/action/instance",
    fields=(
        text("instanceName", writes="name", required=True, least=1, most=128),
        text("description", writes="description", most=255),
    ),
)

METADATA = Resource(
    name="metadata",
    path=f"{MACHINE_PATH}/metadata",
    fields=(
        Field(
            name="metadata",
            kind=Kind.OBJECT,
            writes="metadata",
            required=True,
            help="Free JSON. A startup-script in it, or in a metadata in it, is the guest's user data.",
        ),
    ),
    links=(Link("virtualmachine", MACHINE_PATH, "virtualmachine", titled_by="name"),),
)

GUEST_PASSWORD = Resource(
    name="guestpassword",
    path=f"{MACHINE_PATH}/action/retrieveguestpassword",
    fields=(text("user", help="Whose it is; empty: the user the image makes."), text("password")),
    links=(Link("virtualmachine", MACHINE_PATH, "virtualmachine", titled_by="name"),),
)

PLAN = Resource(
    name="deploymentplan",
    path=MACHINE_PATH,
    fields=(
        boolean("possible"),
        text("fingerprint", help="Send it back as ?fingerprint= to deploy exactly this plan or nothing."),
        integer("count"),
        integer("fits"),
        text("location"),
        text("address"),
        text("host", help="For administrators of infrastructure."),
        text("datastore", help="For administrators of infrastructure."),
        text("hostReason", source="host_reason"),
        *(
            Field(name=name, kind=Kind.LIST, source=source)
            for name, source in (
                ("steps", "steps"),
                ("limits", "limits"),
                ("problems", "problems"),
                ("rejectedHosts", "rejected_hosts"),
                ("outrankedHosts", "outranked_hosts"),
            )
        ),
        Field(name="price", kind=Kind.OBJECT),
    ),
)
