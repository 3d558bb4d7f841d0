"""Enterprises in the REST dialect. Names before 4.0 stand beside the current ones."""

from core.api.fields import boolean, integer, text
from core.api.listing import Listing
from core.api.resource import Link, Resource
from tenants.api.resources.limits import LIMIT_FIELDS

ENTERPRISE = Resource(
    name="enterprise",
    collection="enterprises",
    path="/admin/enterprises/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=128),
        *LIMIT_FIELDS,
        boolean("isReservationRestricted", source="reservation_restricted", writes="reservation_restricted"),
        integer("repositorySoftInMb", constant=0),
        integer("repositoryHardInMb", constant=0),
        boolean("workflow", constant=False),
        boolean("twoFactorAuthenticationMandatory", constant=False),
    ),
    links=(
        Link("edit", ".", "enterprise", titled_by="name"),
        Link("users", "./users", "users", "users"),
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
    fields=(integer("id"), text("name")),
    listing=ENTERPRISE.listing,
)
