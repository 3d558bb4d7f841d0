"""Categories: global ones have no link to an enterprise."""

from core.api.fields import boolean, integer, text
from core.api.listing import Filter, Listing
from core.api.resource import Link, Resource

CATEGORY = Resource(
    name="category",
    collection="categories",
    path="/config/categories/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=30),
        boolean("defaultCategory", source="is_default"),
        boolean("erasable", source="is_default", show=lambda is_default: not is_default),
    ),
    links=(
        Link("edit", ".", "category", titled_by="name"),
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
        filters={"name": Filter("name", str, "Only this name.")},
    ),
)
