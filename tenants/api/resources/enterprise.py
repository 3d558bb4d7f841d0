"""Enterprises in the REST dialect. Names before 4.0 stand beside the current ones."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Listing
from core.api.resource import Link, Resource
from tenants.api.resources.limits import LIMIT_FIELDS, REPOSITORY_FIELDS

ENTERPRISE = Resource(
    name="enterprise",
    collection="enterprises",
    path="/admin/enterprises/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        *LIMIT_FIELDS,
        *REPOSITORY_FIELDS,
        boolean("isReservationRestricted", source="reservation_restricted", writes="reservation_restricted"),
        boolean("workflow", source="requires_approval", writes="requires_approval"),
        boolean(
            "twoFactorAuthenticationMandatory", source="two_factor_required", writes="two_factor_required"
        ),
        boolean("reseller", source="is_reseller", writes="is_reseller"),
        boolean("keynode", source="is_key_node", writes="is_key_node"),
    ),
    links=(
        Link("edit", ".", "enterprise", titled_by="name"),
        Link("users", "./users", "users", "users"),
        Link("limits", "./limits", "limits", "limits"),
        Link("vappspecs", "./vappspecs", "virtualappliancespecs", "virtual appliances specs"),
        Link("properties", "./properties", "enterpriseproperties", "properties"),
        Link(
            "credentials",
            "./credentials",
            "publiccloudcredentialslist",
            "credentials",
            privilege="USERS_MANAGE_CREDENTIALS",
        ),
        Link(
            "reservedmachines",
            "./reservedmachines",
            "machines",
            "reserved machines",
            privilege="PHYS_DC_RETRIEVE_DETAILS",
        ),
        Link(
            "defaultscope",
            "/admin/scopes/{default_scope_id}",
            "scope",
            titled_by="default_scope__name",
            optional=True,
            privilege="USERS_MANAGE_SCOPES",
        ),
        Link(
            "appslib/templateDefinitionLists",
            "./appslib/templateDefinitionLists",
            "templatedefinitionlists",
            "template definition lists",
        ),
        Link(
            "appslib/templateDefinitions",
            "./appslib/templateDefinitions",
            "templatedefinitions",
            "template definitions",
        ),
        Link("datacenterrepositories", "./datacenterrepositories", "datacenterrepositories", "repositories"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("virtualappliances", "./action/virtualappliances", "virtualappliances", "virtual appliances"),
        Link(
            "cloud/virtualdatacenters",
            "./action/virtualdatacenters",
            "virtualdatacenters",
            "virtual datacenters",
        ),
        Link("pendingtasks", "./action/pendingtasks", "tasks", "pending tasks"),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
)

ENTERPRISE_NAME = Resource(
    name="enterprise-id-name",
    collection="enterprises-id-name",
    path="/admin/enterprises/{id}",
    fields=(
        integer("id"),
        text("name"),
        *(each for each in LIMIT_FIELDS if each.name.startswith(("cpu", "ram", "vlans", "publicIps"))),
    ),
    links=(Link("edit", ".", "enterprise", titled_by="name"),),
    listing=ENTERPRISE.listing,
)

ENTERPRISE_PROPERTIES = Resource(
    name="enterpriseproperties",
    path="/admin/enterprises/{id}/properties",
    fields=(
        integer("id"),
        Field(
            name="properties",
            kind=Kind.OBJECT,
            writes="properties",
            required=True,
            help="Texts by name; what is sent replaces all of them.",
        ),
    ),
    links=(
        Link("edit", ".", "enterpriseproperties", "enterprise properties"),
        Link("enterprise", "/admin/enterprises/{id}", "enterprise", titled_by="name"),
    ),
)
