"""Reads the jobs of a page of tasks in one query, and says where each task is found."""

from collections.abc import Callable

from core.api.resource import Row
from operations.api.resources import JOB
from operations.failures import failure_of
from operations.models import ACTIVE, Operation, OperationStatus


def with_jobs(actor, tasks: list[Row], owner_path: Callable[[Row], str]) -> list[Row]:
    """Add jobs and addresses to rows of tasks, and what the actor may read of errors.

    ``owner_path`` names the resource a task works on.
    """
    inner = {column: _inner(column) for column in JOB.columns}
    operations = Operation.objects.visible_to(actor).filter(pk__in=[task["id"] for task in tasks])
    steps = operations.filter(steps__isnull=False).order_by("steps__position").values_list(*inner.values())
    results = dict(operations.values_list("pk", "result"))
    jobs = [dict(zip(inner, values, strict=True)) for values in steps]
    for task in tasks:
        task["error"] = failure_of(task["error"], actor)
        task["owner_path"] = owner_path(task)
        task["active_id"] = task["id"] if task["status"] in ACTIVE else None
        task["result_path"] = results.get(task["id"], {}).get("path")
        task["made_path"] = None
        waits = task["status"] == OperationStatus.AWAITING_APPROVAL
        task["waiting_id"] = task["id"] if waits else None
        failed = task["status"] == OperationStatus.FAILED
        task["failed_id"] = task["id"] if failed and not task["acknowledged_at"] else None
        task["jobs"] = [job for job in jobs if job["operation_id"] == task["id"]]
    return tasks


def _inner(column: str) -> str:
    if column.startswith("operation__"):
        return column.removeprefix("operation__")
    return "id" if column == "operation_id" else f"steps__{column}"
