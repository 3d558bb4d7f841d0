"""Privileges and roles in the REST dialect."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Embedded, Link, Resource

PRIVILEGE = Resource(
    name="privilege",
    collection="privileges",
    path="/config/privileges/{id}",
    fields=(integer("id"), text("name")),
    links=(
        Link("self", ".", "privilege", titled_by="name"),
        Link("privilege", ".", "privilege", titled_by="name"),
    ),
)

ROLE_FIELDS = (
    integer("id"),
    text("name", writes="name"),
    boolean("blocked", help="Blocked roles can't be changed. Only the platform blocks roles."),
    integer("idEnterprise", source="enterprise_id"),
    Field(
        name="allowedCidrs",
        kind=Kind.LIST,
        source="allowed_networks",
        writes="allowed_networks",
        help="Networks its users may come from; empty: from anywhere.",
    ),
)
ROLE_LINKS = (
    Link("edit", ".", "role", titled_by="name"),
    Link("privileges", "./action/privileges", "privileges", "privileges"),
    Link(
        "enterprise",
        "/admin/enterprises/{enterprise_id}",
        "enterprise",
        titled_by="enterprise__name",
        optional=True,
    ),
)

ROLE = Resource(
    name="role",
    collection="roles",
    path="/admin/roles/{id}",
    fields=(
        *ROLE_FIELDS,
        Field(
            name="externalRoles",
            kind=Kind.LIST,
            source="external_names",
            writes="external_names",
            help="What directories and identity providers call the role.",
        ),
    ),
    links=ROLE_LINKS,
    embedded=(Embedded("privileges", PRIVILEGE, "privileges"),),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        filters={"identerprise": Filter("enterprise_id", whole_number, "Roles private to this enterprise.")},
    ),
    added=frozenset({"external_names"}),
)

ROLE_WITH_LDAP = Resource(
    name="rolewithldap",
    path=ROLE.path,
    fields=(
        *ROLE_FIELDS,
        text("ldap", source="external_name", writes="external_name", help="The first external name."),
        integer("idLdap", source="external_id"),
    ),
    links=ROLE_LINKS,
    added=frozenset({"external_name", "external_id"}),
)

ROLE_LDAP = Resource(
    name="roleldap",
    collection="rolesldap",
    path="/admin/rolesldap/{id}",
    fields=(integer("id"), text("roleLdap", source="name", writes="name", required=True, least=1, most=190)),
    links=(
        Link("edit", ".", "roleldap", titled_by="name"),
        Link("role", "/admin/roles/{role_id}", "role", titled_by="role__name"),
    ),
    listing=Listing(
        sorts={"roleLdap": "name", "id": "id"},
        default_sort="roleLdap",
        filters={"idRole": Filter("role_id", whole_number, "The names of this role.")},
    ),
)
