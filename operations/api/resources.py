"""How operations look in the REST dialect. A task's address lies below the resource it works on."""

from typing import Any

from core.api.fields import boolean, epoch_seconds, integer, text
from core.api.listing import Listing
from core.api.resource import Embedded, Link, Resource, Row
from operations.models import OperationStatus, StepStatus
from operations.saga import saga_of_kind

TASK_STATES = {
    OperationStatus.ACCEPTED: "PENDING",
    OperationStatus.AWAITING_APPROVAL: "QUEUEING",
    OperationStatus.RUNNING: "STARTED",
    OperationStatus.COMPENSATING: "STARTED",
    OperationStatus.CANCELLING: "STARTED",
    OperationStatus.SUCCEEDED: "FINISHED_SUCCESSFULLY",
    OperationStatus.FAILED: "FINISHED_UNSUCCESSFULLY",
    OperationStatus.CANCELLED: "CANCELLED",
}
JOB_STATES = {
    StepStatus.PENDING: "PENDING",
    StepStatus.QUEUED: "PENDING",
    StepStatus.RUNNING: "STARTED",
    StepStatus.DONE: "DONE",
    StepStatus.FAILED: "FAILED",
    StepStatus.UNDONE: "ROLLBACK_DONE",
}
JOB_TYPES = {
    "reserve_address": "NETWORK",
    "release_address": "FREE_RESOURCES",
    "convert_disk": "DISK_CONVERSION",
    "provision_disk": "COPY_DISK",
    "capture_disks": "COPY_DISK",
    "copy_template_files": "COPY_DISK",
    "fetch_template_files": "EXPORT_TO_PRIVATE",
    "export_package": "DISK_CONVERSION",
    "delete_disk": "FREE_RESOURCES",
    "define_machine": "CONFIGURE",
    "undefine_machine": "DECONFIGURE",
    "shut_down": "SHUTDOWN",
    "make_networks": "NETWORK",
}


def _type(kind: str) -> str:
    return saga_of_kind(kind).dialect_type


def _rollback(row: Row) -> str:
    if not row["undoing"]:
        return "UNKNOWN"
    return "ROLLBACK_DONE" if row["status"] == StepStatus.UNDONE else "ROLLBACK_STARTED"


def _title(row: Row) -> str:
    return str(saga_of_kind(row["operation__kind"]).steps[row["position"]].title)


def _problem(failure: dict[str, Any] | None) -> str | None:
    return f"{failure['code']}: {failure['detail'] or failure['why']}" if failure else None


JOB = Resource(
    name="job",
    collection="jobs",
    path="",
    fields=(
        text("id", needs=("operation_id", "id"), show=lambda row: f"{row['operation_id']}.{row['id']}"),
        text("parentTaskId", source="operation_id", show=str),
        text("type", source="name", show=lambda name: JOB_TYPES.get(name, name.upper())),
        text("description", needs=("operation__kind", "position"), show=_title),
        text("state", source="status", show=JOB_STATES.get),
        text("rollbackState", needs=("undoing", "status"), show=_rollback),
        integer("progress", source="progress_percent", help="Percent, while it is known."),
        integer("creationTimestamp", source="operation__created_at", show=epoch_seconds),
        integer(
            "timestamp",
            needs=("finished_at", "started_at", "operation__created_at"),
            show=lambda row: epoch_seconds(
                row["finished_at"] or row["started_at"] or row["operation__created_at"]
            ),
        ),
    ),
)

_USER = Link(
    "user",
    "/admin/enterprises/{enterprise_id}/users/{actor_id}",
    "user",
    titled_by="actor_name",
    optional=True,
)
_CANCEL = Link("cancel", "{owner_path}/tasks/{active_id}/action/cancel", "task", "cancel", optional=True)
_CONTINUE = Link(
    "continue", "{owner_path}/tasks/{waiting_id}/action/continue", "task", "continue", optional=True
)


def _task(*links: Link) -> Resource:
    return Resource(
        name="task",
        collection="tasks",
        path="{owner_path}/tasks/{id}",
        fields=(
            text("taskId", source="id", show=str),
            text("type", source="kind", show=_type),
            text("state", source="status", show=TASK_STATES.get),
            text("userId", source="actor_id", show=str),
            text("ownerId", source="resource_id", show=str),
            text("error", show=_problem, help="What went wrong, when something did."),
            boolean("acknowledged", source="acknowledged_at", show=bool, help="Its failure was seen."),
            integer("creationTimestamp", source="created_at", show=epoch_seconds),
            integer(
                "timestamp",
                needs=("finished_at", "created_at"),
                show=lambda row: epoch_seconds(row["finished_at"] or row["created_at"]),
            ),
        ),
        links=(Link("self", ".", "task", titled_by="resource_name"), *links),
        embedded=(Embedded("jobs", JOB, "jobs"),),
        listing=Listing(
            sorts={"timestamp": "created_at"},
            default_sort="timestamp",
            descends=True,
            search=("resource_name",),
        ),
        added=frozenset({"owner_path", "active_id", "waiting_id", "failed_id", "result_path", "made_path"}),
    )


TASK = _task(
    Link("parent", "{owner_path}", "virtualmachine", titled_by="resource_name"),
    Link("virtualmachine", "{owner_path}", "virtualmachine", titled_by="resource_name"),
    Link("target", "{owner_path}", "virtualmachine", titled_by="resource_name"),
    _USER,
    _CANCEL,
    _CONTINUE,
    Link("result", "{result_path}", "virtualmachinetemplate", "result", optional=True),
)


def task_of(result: str, *more: Link) -> Resource:
    """A task of something else than a machine. What it makes, of this media type, is at ``result_path``;
    ``more`` links may name ``made_path``, where it has made something of another kind."""
    return _task(
        Link("parent", "{owner_path}/tasks", "tasks", "tasks"),
        _USER,
        _CANCEL,
        Link(
            "acknowledge", "{owner_path}/tasks/{failed_id}/action/ack", "task", "acknowledge", optional=True
        ),
        Link("result", "{result_path}", result, titled_by="resource_name", optional=True),
        *more,
    )
