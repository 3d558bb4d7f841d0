"""Tasks of the catalogue: what each makes is where its owner is."""

from operations.api.resources import task_of

TEMPLATE_TASK = task_of("virtualmachinetemplate")
