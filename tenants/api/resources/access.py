"""Privileges and roles in the REST dialect."""

from core.api.fields import boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Link, Resource

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

ROLE = Resource(
    name="role",
    collection="roles",
    path="/admin/roles/{id}",
    fields=(integer("id"), text("name"), boolean("blocked"), integer("idEnterprise", source="enterprise_id")),
    links=(
        Link("edit", ".", "role", titled_by="name"),
        Link("privileges", "./action/privileges", "privileges", "privileges"),
        Link(
            "enterprise",
            "/admin/enterprises/{enterprise_id}",
            "enterprise",
            titled_by="enterprise__name",
            optional=True,
        ),
    ),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        filters={"identerprise": Filter("enterprise_id", whole_number, "Roles private to this enterprise.")},
    ),
)
