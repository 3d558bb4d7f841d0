"""Template repositories. A repository has the id of its datacenter in the dialect."""

from catalogue.api.resources.task import REPOSITORY_TASK
from core.api.fields import integer, text
from core.api.listing import Listing
from core.api.resource import Embedded, Link, Resource

REPOSITORY_PATH = "/admin/enterprises/{viewer_enterprise_id}/datacenterrepositories/{id}"

APPLIANCE_MANAGER_PATH = "{appliance_manager}/erepos/{viewer_enterprise_id}"
REPOSITORY = Resource(
    name="datacenterrepository",
    collection="datacenterrepositories",
    path=REPOSITORY_PATH,
    fields=(
        integer("id"),
        text("name", needs=("repository__name", "repository__id"), show=lambda row: row["repository__name"]),
        text("repositoryLocation", constant=""),
        integer("repositoryCapacityMb", source="capacity_mib", help="MiB; for who may see capacities."),
        integer("repositoryRemainingMb", source="remaining_mib", help="MiB; for who may see capacities."),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{viewer_enterprise_id}", "enterprise"),
        Link("edit", ".", "datacenterrepository", titled_by="repository__name"),
        Link(
            "virtualmachinetemplates",
            "./virtualmachinetemplates",
            "virtualmachinetemplates",
            "virtual machine templates",
        ),
        Link("disks", "./action/disks", "disks", "disks"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link("refresh", "./actions/refresh", "acceptedrequest", "refresh"),
        Link("applianceManagerRepositoryUri", APPLIANCE_MANAGER_PATH, optional=True, elsewhere=True),
        Link("datacenter", "/admin/datacenters/{id}", "datacenter", titled_by="name"),
        Link("location", "/cloud/locations/{id}", "datacenter", titled_by="name"),
    ),
    embedded=(Embedded("last_task", REPOSITORY_TASK, "last_task", many=False),),
    listing=Listing(search=("repository__name",)),
)
