"""Scopes in the REST dialect. ``scopeEntities`` are the enterprises and locations a scope reaches."""

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Listing
from core.api.resource import Link, Resource

SCOPE = Resource(
    name="scope",
    collection="scopes",
    path="/admin/scopes/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        boolean("automaticAddEnterprise", source="takes_new_enterprises", writes="takes_new_enterprises"),
        boolean("automaticAddDatacenter", source="takes_new_datacenters", writes="takes_new_datacenters"),
        boolean("unlimited"),
        Field(
            name="scopeEntities",
            kind=Kind.LIST,
            source="entities",
            writes="entities",
            help="Objects with type (ENTERPRISE or DATACENTER) and idResource.",
        ),
        Field(
            name="allowedCidrs",
            kind=Kind.LIST,
            source="allowed_networks",
            writes="allowed_networks",
            help="Networks whoever has the scope may come from; empty: from anywhere.",
        ),
    ),
    links=(
        Link("edit", ".", "scope", titled_by="name"),
        Link("scopeParent", "/admin/scopes/{parent_id}", "scope", titled_by="parent__name", optional=True),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
    added=frozenset({"entities"}),
)
