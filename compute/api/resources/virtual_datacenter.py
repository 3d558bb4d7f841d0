"""Virtual datacenters and virtual appliances."""

from core.api.fields import boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Embedded, Link, Resource
from networking.api.resources import NETWORK
from tenants.api.resources import LIMIT_FIELDS

LIMIT = "/admin/enterprises/{enterprise_id}/limits/{limit_id}"

VIRTUAL_DATACENTER = Resource(
    name="virtualdatacenter",
    collection="virtualdatacenters",
    path="/cloud/virtualdatacenters/{id}",
    fields=(
        integer("id"),
        text("uuid", show=str),
        text("name", writes="name", required=True, most=128),
        text("hypervisorType", source="hypervisor_type", writes="hypervisor_type", required=True),
        text("syncState", constant="NONE"),
        *LIMIT_FIELDS,
    ),
    links=(
        Link("edit", ".", "virtualdatacenter", titled_by="name"),
        Link("privatenetworks", "./privatenetworks", "vlans", "private networks"),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("virtualappliances", "./virtualappliances", "virtualappliances", "virtual appliances"),
        Link("location", "/cloud/locations/{datacenter_id}", "datacenter", titled_by="datacenter__name"),
        Link("defaultvlan", "./action/defaultvlan", "vlan", "default vlan"),
        Link(
            "defaultvlan",
            "/cloud/virtualdatacenters/{id}/privatenetworks/{default_network_id}",
            "vlan",
            optional=True,
        ),
        Link("vappspecs", "./vappspecs", "virtualappliancespecs", "virtual appliances specs"),
        Link("templates", "./action/templates", "virtualmachinetemplates", "available templates"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("privateips", "./action/privateips", "privateips", "private ips"),
        Link("limit", LIMIT, "limit", "limit", optional=True),
        Link("externalnetworks", f"{LIMIT}/externalnetworks", "vlans", "external networks", optional=True),
    ),
    embedded=(Embedded("network", NETWORK, "default_network", many=False, older="vlan"),),
    listing=Listing(
        sorts={"name": "name", "id": "id", "hypervisortype": "hypervisor_type"},
        default_sort="name",
        filters={
            "enterprise": Filter("enterprise_id", whole_number, "Of this enterprise."),
            "datacenter": Filter("datacenter_id", whole_number, "In this location."),
        },
    ),
    added=frozenset({"default_network_id", "limit_id"}),
)

VIRTUAL_APPLIANCE = Resource(
    name="virtualappliance",
    collection="virtualappliances",
    path="/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{id}",
    fields=(
        integer("id"),
        text("uuid", show=str),
        text("name", writes="name", required=True, most=128),
        text("description", writes="description", most=255),
        text("iconUrl", source="icon", writes="icon", most=64),
        boolean("restricted", writes="restricted", help="Seen and changed by those who may do that only."),
        text("state", help="Derived from the states of its machines."),
        integer("error", constant=0),
        integer("publicApp", constant=0),
        integer("highDisponibility", constant=0),
    ),
    links=(
        Link("edit", ".", "virtualappliance", titled_by="name"),
        Link(
            "virtualdatacenter",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}",
            "virtualdatacenter",
            titled_by="virtual_datacenter__name",
        ),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("virtualmachines", "./virtualmachines", "virtualmachines", "virtual machines"),
        Link("state", "./state", "virtualappliancestate", "virtual appliances state"),
        Link("deploy", "./action/deploy", "acceptedrequest", "deploy"),
        Link("undeploy", "./action/undeploy", "acceptedrequest", "undeploy"),
        Link("spec", "./action/spec", "virtualappliancespec", "spec"),
        Link("specversion", "./action/specversion", "virtualappliancespec", "spec version"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link(
            "origin",
            "/admin/enterprises/{origin__blueprint__enterprise_id}/vappspecs/{origin_id}",
            "virtualappliancespec",
            "origin",
            optional=True,
        ),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
    added=frozenset({"state"}),
)

APPLIANCE_STATE = Resource(
    name="virtualappliancestate",
    path="/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{id}/state",
    fields=(text("power", source="state"),),
    links=(
        Link(
            "parent",
            "/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{id}",
            "virtualappliance",
            titled_by="name",
        ),
        Link("edit", ".", "virtualappliancestate"),
    ),
    added=frozenset({"state"}),
)
