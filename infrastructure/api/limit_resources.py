"""How an enterprise's permission to use a location, and its limits there, look in the REST dialect."""

from core.api.fields import integer
from core.api.listing import Listing
from core.api.resource import Link, Resource
from tenants.api.resources import LIMIT_FIELDS, REPOSITORY_FIELDS

LIMIT_PATH = "/admin/enterprises/{enterprise_id}/limits/{id}"

LIMIT = Resource(
    name="limit",
    collection="limits",
    path=LIMIT_PATH,
    fields=(integer("id"), *LIMIT_FIELDS, *REPOSITORY_FIELDS),
    links=(
        Link("edit", ".", "limit"),
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("location", "/admin/datacenters/{datacenter_id}", "datacenter", titled_by="datacenter__name"),
        Link("datacenter", "./datacenter", "datacenter", titled_by="datacenter__name"),
        Link("hypervisors", "./hypervisors", "hypervisortypes", "hypervisors"),
        Link("externalnetworks", "./externalnetworks", "vlans", "external networks"),
    ),
    listing=Listing(search=("enterprise__name", "datacenter__name")),
)
