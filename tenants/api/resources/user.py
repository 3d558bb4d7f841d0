"""Users in the REST dialect."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Embedded, Link, Resource
from tenants.api.resources.access import PRIVILEGE

USER = Resource(
    name="user",
    collection="users",
    path="/admin/enterprises/{enterprise_id}/users/{id}",
    fields=(
        integer("id"),
        text("nick"),
        text("name"),
        text("surname"),
        text("email"),
        text("locale"),
        boolean("active", source="is_active"),
        text("authType", constant="ABIQUO"),
        boolean("firstLogin", constant=False),
        boolean("locked", constant=False),
        Field(name="description", kind=Kind.TEXT, constant=""),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("role", "/admin/roles/{role_id}", "role", titled_by="role__name"),
        Link("edit", ".", "user", titled_by="nick"),
        Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
        Link("pendingtasks", "./action/pendingtasks", "tasks", "pending tasks"),
    ),
    embedded=(Embedded("privileges", PRIVILEGE, "privileges"),),
    listing=Listing(
        sorts={"nick": "nick", "name": "name", "surname": "surname", "id": "id"},
        default_sort="nick",
        search=("nick", "name", "surname", "email"),
        filters={"idRole": Filter("role_id", whole_number, "Users with this role.")},
    ),
)
