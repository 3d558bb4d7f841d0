"""How networks and addresses look in the REST dialect, where a network is a *vlan*."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Listing
from core.api.resource import Link, Resource

NETWORK_PATH = "/cloud/virtualdatacenters/{virtual_datacenter_id}/privatenetworks/{id}"
ADDRESS_PATH = (
    "/cloud/virtualdatacenters/{network__virtual_datacenter_id}/privatenetworks/{network_id}/ips/{id}"
)

NETWORK = Resource(
    name="vlan",
    collection="vlans",
    path=NETWORK_PATH,
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        text("type", source="kind"),
        text("address", writes="address"),
        integer("mask", source="prefix_length", writes="prefix_length", least=1, most=32),
        text("gateway", writes="gateway"),
        text("primaryDNS", source="primary_dns", writes="primary_dns"),
        text("secondaryDNS", source="secondary_dns", writes="secondary_dns"),
        text("sufixDNS", source="suffix_dns", writes="suffix_dns", most=253),
        integer("tag", source="vlan_tag"),
        boolean("defaultNetwork", source="is_default", writes="is_default"),
        boolean("ipv6", constant=False),
        boolean("strict", constant=False),
        boolean("unmanaged", constant=False),
        Field(name="dhcpOptions", kind=Kind.OBJECT, constant={"links": [], "collection": []}),
    ),
    links=(
        Link("virtualdatacenter", "/cloud/virtualdatacenters/{virtual_datacenter_id}", "virtualdatacenter"),
        Link("edit", ".", "vlan", titled_by="name"),
        Link("ips", "./ips", "privateips", "ips"),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise"),
        Link("location", "/cloud/locations/{datacenter_id}", "datacenter"),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
)

EXTERNAL_NETWORK = Resource(
    name="vlan",
    collection="vlans",
    path="/admin/enterprises/{enterprise_id}/limits/{limit_id}/externalnetworks/{id}",
    fields=NETWORK.fields,
    links=(
        Link("edit", ".", "vlan", titled_by="name"),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise"),
        Link("location", "/cloud/locations/{datacenter_id}", "datacenter"),
    ),
    listing=NETWORK.listing,
    added=frozenset({"limit_id"}),
)

ADDRESS = Resource(
    name="privateip",
    collection="privateips",
    path=ADDRESS_PATH,
    fields=(
        integer("id"),
        text("ip"),
        text("mac", source="nic__mac"),
        text("name", source="nic__mac", show=lambda mac: f"{mac.replace(':', '').upper()}_host"),
        text("networkName", source="network__name"),
        boolean("ipv6", constant=False),
        boolean("available", constant=True),
    ),
    links=(
        Link(
            "privatenetwork",
            "/cloud/virtualdatacenters/{network__virtual_datacenter_id}/privatenetworks/{network_id}",
            "vlan",
            titled_by="network__name",
        ),
        Link("self", ".", "privateip", titled_by="ip"),
        Link(
            "virtualdatacenter",
            "/cloud/virtualdatacenters/{network__virtual_datacenter_id}",
            "virtualdatacenter",
        ),
        Link(
            "virtualappliance",
            "/cloud/virtualdatacenters/{network__virtual_datacenter_id}/virtualappliances/{virtual_appliance_id}",
            "virtualappliance",
            optional=True,
        ),
        Link(
            "virtualmachine",
            "/cloud/virtualdatacenters/{network__virtual_datacenter_id}"
            "/virtualappliances/{virtual_appliance_id}/virtualmachines/{nic__virtual_machine_id}",
            "virtualmachine",
            optional=True,
        ),
    ),
    listing=Listing(
        sorts={"ip": "offset", "id": "id"},
        default_sort="ip",
        search=("ip", "nic__mac"),
    ),
    added=frozenset({"virtual_appliance_id"}),
)
