"""Tasks of the catalogue: what each makes is where its owner is."""

from core.api.resource import Link
from operations.api.resources import task_of

TEMPLATE_TASK = task_of("virtualmachinetemplate")
DISK_TASK = task_of("disk")
CONVERSION_TASK = task_of("conversion")
REPOSITORY_TASK = task_of(
    "datacenterrepository",
    Link("result", "{made_path}", "virtualmachinetemplate", titled_by="resource_name", optional=True),
)
