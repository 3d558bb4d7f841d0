"""Tasks of the catalogue: what each makes is where its owner is."""

from operations.api.resources import task_of

TEMPLATE_TASK = task_of("virtualmachinetemplate")
DISK_TASK = task_of("disk")
CONVERSION_TASK = task_of("conversion")
REPOSITORY_TASK = task_of("datacenterrepository")
