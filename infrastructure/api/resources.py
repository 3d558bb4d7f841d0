"""How infrastructure looks in the REST dialect."""

from django.utils import timezone

from core.api.fields import boolean, integer, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Embedded, Link, Resource, Row
from infrastructure.querysets import DETAILS
from infrastructure.services.health import SILENCE

BYTES_PER_MIB = 1_048_576
LARGEST_VCPUS = 1_000_000
LARGEST_MEMORY_MIB = 2**40
LARGEST_VLAN = 16_777_215  # VXLAN networks have 24 bits
BY_NAME = Listing(sorts={"name": "name", "id": "id"}, default_sort="name")


def _status(row: Row) -> int:
    seen = row["last_seen_at"]
    return int(seen is not None and timezone.now() - seen < SILENCE)


REMOTE_SERVICE = Resource(
    name="remoteservice",
    collection="remoteservices",
    path="/admin/remoteservices/{id}",
    fields=(
        integer("id"),
        text("type", writes="type", required=True, most=32),
        text("uri", writes="uri", most=255),
        text("uuid", source="datacenter__uuid", show=str),
        integer(
            "status", needs=("last_seen_at",), show=_status, help="1 when it was heard of lately, else 0."
        ),
    ),
    links=(
        Link("edit", ".", "remoteservice", titled_by="type"),
        Link("datacenter", "/admin/datacenters/{datacenter_id}", "datacenter", titled_by="datacenter__name"),
    ),
    listing=Listing(
        sorts={"type": "type", "id": "id"},
        default_sort="type",
        search=("type", "uri"),
        filters={"type": Filter("type__in", words, "Only this type.")},
    ),
)

_DATACENTER_FIELDS = (
    integer("id"),
    text("name", writes="name", required=True, least=1, most=128),
    text("location", writes="location", most=128),
    text("uuid", show=str),
)
_DATACENTER_LINKS = (
    Link("edit", "/admin/datacenters/{id}", "datacenter", titled_by="name"),
    Link("racks", "/admin/datacenters/{id}/racks", "racks", "racks", privilege=DETAILS),
    Link(
        "remoteservices",
        "/admin/datacenters/{id}/remoteservices",
        "remoteservices",
        "remote services",
        privilege=DETAILS,
    ),
    Link(
        "networkservicetypes",
        "/admin/datacenters/{id}/networkservicetypes",
        "networkservicetypes",
        "network service types",
        privilege=DETAILS,
    ),
    Link("location", "/cloud/locations/{id}", "datacenter", titled_by="name"),
)

DATACENTER = Resource(
    name="datacenter",
    collection="datacenters",
    path="/admin/datacenters/{id}",
    fields=_DATACENTER_FIELDS,
    links=_DATACENTER_LINKS,
    listing=BY_NAME,
)

DATACENTER_WITH_SERVICES = Resource(
    name="datacenter",
    collection="datacenters_rs",
    path="/admin/datacenters/{id}",
    fields=_DATACENTER_FIELDS,
    links=_DATACENTER_LINKS,
    embedded=(Embedded("remoteServices", REMOTE_SERVICE, "remote_services"),),
    listing=BY_NAME,
)

LOCATION = Resource(
    name="datacenter",
    collection="datacenters",
    path="/cloud/locations/{id}",
    fields=_DATACENTER_FIELDS,
    links=(
        *_DATACENTER_LINKS,
        Link("self", ".", "datacenter", titled_by="name"),
        Link("hardwareprofiles", "./hardwareprofiles", "hardwareprofiles", "hardwareprofiles"),
        Link("templates", "./templates", "virtualmachinetemplates", "available templates"),
        Link(
            "datacenterrepository",
            "/admin/enterprises/{viewer_enterprise_id}/datacenterrepositories/{id}",
            "datacenterrepository",
            "repository",
        ),
    ),
    listing=BY_NAME,
)

PUBLIC_CLOUD_REGION = Resource(
    name="publiccloudregion",
    collection="publiccloudregions",
    path="/cloud/locations/{id}",
    fields=(integer("id"), text("name")),
    listing=BY_NAME,
)

NETWORK_SERVICE_TYPE = Resource(
    name="networkservicetype",
    collection="networkservicetypes",
    path="/admin/datacenters/{datacenter_id}/networkservicetypes/{id}",
    fields=(integer("id"), text("name"), boolean("defaultNST", source="is_default")),
    links=(Link("edit", ".", "networkservicetype", titled_by="name"),),
)

RACK = Resource(
    name="rack",
    collection="racks",
    path="/admin/datacenters/{datacenter_id}/racks/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        text("shortDescription", source="short_description", writes="short_description", most=255),
        text("longDescription", constant=""),
        boolean("haEnabled", constant=False),
        integer("nrsq", constant=10),
        integer("vlanIdMin", source="vlan_id_min", writes="vlan_id_min", least=1, most=LARGEST_VLAN),
        integer("vlanIdMax", source="vlan_id_max", writes="vlan_id_max", least=1, most=LARGEST_VLAN),
        integer(
            "vlanPerVdcReserved",
            source="vlan_per_vdc_reserved",
            writes="vlan_per_vdc_reserved",
            least=0,
            most=LARGEST_VLAN,
        ),
        text("vlansIdAvoided", source="vlans_excluded", writes="vlans_excluded", most=255),
    ),
    links=(
        Link("datacenter", "/admin/datacenters/{datacenter_id}", "datacenter", titled_by="datacenter__name"),
        Link("machines", "./machines", "machines", "machines"),
        Link("edit", ".", "rack", titled_by="name"),
    ),
    listing=BY_NAME,
)

DATASTORE = Resource(
    name="datastore",
    collection="datastores",
    path="/admin/datacenters/{datacenter_id}/racks/{rack_id}/machines/{host_id}/datastores/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        text("datastoreUUID", source="uuid", show=str),
        text("rootPath", source="path", writes="path", required=True, least=1, most=256),
        text("directory", constant="", writes="directory", most=255, help="Below rootPath, when creating."),
        boolean("enabled", writes="enabled"),
        integer(
            "size",
            source="size_mib",
            show=lambda mib: mib * BYTES_PER_MIB,
            writes="size_bytes",
            required=True,
            least=BYTES_PER_MIB,
            help="Bytes.",
        ),
        integer("usedSize", source="used_mib", show=lambda mib: mib * BYTES_PER_MIB, help="Bytes."),
    ),
    links=(Link("self", ".", "datastore", titled_by="name"),),
    added=frozenset({"used_mib", "host_id", "rack_id"}),
)

NETWORK_INTERFACE = Resource(
    name="networkinterface",
    collection="networkinterfaces",
    path="/admin/datacenters/{datacenter_id}/networkservicetypes/{id}",
    fields=(text("name"),),
    links=(Link("networkservicetype", ".", "networkservicetype", titled_by="name"),),
)

MACHINE = Resource(
    name="machine",
    collection="machines",
    path="/admin/datacenters/{datacenter_id}/racks/{rack_id}/machines/{id}",
    fields=(
        integer("id"),
        text("uuid", show=str),
        text("name", writes="name", required=True, least=1, most=128),
        text("description", writes="description", most=255),
        text("ip", show=lambda ip: ip or "", writes="ip", most=45),
        text("ipService", source="ip", show=lambda ip: ip or ""),
        text("type", source="hypervisor_type", writes="hypervisor_type", required=True),
        text(
            "connectionUri",
            source="uri",
            writes="connection_uri",
            most=255,
            help="Ours: how remote services reach the host. A KVM host created without it "
            "is reached at qemu+tcp://<ip>/system.",
        ),
        text("state", writes="state"),
        boolean("reachable", help="What the monitor last said; absent when it never said anything."),
        integer(
            "cpu",
            source="vcpus",
            older="virtualCpuCores",
            writes="vcpus",
            required=True,
            least=1,
            most=LARGEST_VCPUS,
        ),
        integer("cpuUsed", source="used_vcpus", older="virtualCpusUsed"),
        integer(
            "ram",
            source="memory_mib",
            older="virtualRamInMb",
            writes="memory_mib",
            required=True,
            least=1,
            most=LARGEST_MEMORY_MIB,
            help="MiB.",
        ),
        integer("ramUsed", source="used_memory_mib", older="virtualRamUsedInMb", help="MiB."),
        text("initiatorIQN", constant=""),
    ),
    links=(
        Link("rack", "/admin/datacenters/{datacenter_id}/racks/{rack_id}", "rack", titled_by="rack__name"),
        Link("datacenter", "/admin/datacenters/{datacenter_id}", "datacenter", titled_by="datacenter__name"),
        Link("edit", ".", "machine", titled_by="name"),
        Link("datastores", "./datastores", "datastores", "datastores"),
        Link("virtualmachines", "./virtualmachines", "virtualmachines", "virtual machines"),
        Link("checkstate", "./action/checkstate", "machinestate", "check state"),
        Link(
            "enterprise",
            "/admin/enterprises/{reserved_for_id}",
            "enterprise",
            titled_by="reserved_for__name",
            optional=True,
        ),
    ),
    embedded=(
        Embedded("datastores", DATASTORE, "datastores"),
        Embedded("networkInterfaces", NETWORK_INTERFACE, "network_interfaces"),
    ),
    added=frozenset({"used_vcpus", "used_memory_mib"}),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        search=("name", "ip"),
        filters={"state": Filter("state__in", words, "MANAGED, STOPPED …")},
    ),
)

RESERVED_MACHINE = Resource(
    name="reservedmachine",
    collection="reservedmachines",
    path=MACHINE.path,
    fields=MACHINE.fields,
    links=MACHINE.links,
    embedded=(
        *MACHINE.embedded,
        Embedded("datacenter", DATACENTER, "datacenter", many=False),
        Embedded("rack", RACK, "rack", many=False),
    ),
    added=MACHINE.added,
    listing=MACHINE.listing,
)

MACHINE_STATE = Resource(
    name="machinestate",
    path="/admin/datacenters/{datacenter_id}/racks/{rack_id}/machines/{id}/action/checkstate",
    fields=(text("state"),),
)

HARDWARE_PROFILE = Resource(
    name="hardwareprofile",
    collection="hardwareprofiles",
    path="/cloud/locations/{location_id}/hardwareprofiles/{id}",
    fields=(
        integer("id"),
        text("name"),
        integer("cpu", source="vcpus"),
        integer("ramInMb", source="memory_mib"),
        boolean("active"),
    ),
    links=(
        Link("self", ".", "hardwareprofile", titled_by="name"),
        Link("location", "/cloud/locations/{location_id}", "datacenter"),
    ),
)
