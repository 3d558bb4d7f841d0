"""Operations as people see them: titles from the sagas, steps as a small waterfall. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format

from operations.failures import failure_of
from operations.models import Operation, Step
from operations.saga import saga_of_kind

MINUTE = 60


def title_of(kind: str) -> str:
    """The saga's title; a kind that is no longer known by its own words."""
    try:
        return str(saga_of_kind(kind).title)
    except KeyError:
        words = kind.rpartition(".")[2].replace("_", " ")
        return words[:1].upper() + words[1:]


def step_title_of(kind: str, step: Step) -> str:
    try:
        return str(saga_of_kind(kind).steps[step.position].title)
    except (KeyError, IndexError):
        words = step.name.replace("_", " ")
        return words[:1].upper() + words[1:]


def task_of(operation: Operation, actor: Any) -> dict[str, Any]:
    """One operation with its steps (prefetched by the caller) as the actor sees it in drawer and timeline."""
    steps = list(operation.steps.all())
    current = _current(steps)
    done = sum(1 for step in steps if step.status in ("done", "undone", "failed"))
    return {
        "id": operation.id,
        "kind": operation.kind,
        "title": title_of(operation.kind),
        "status": operation.status,
        "active": operation.active,
        "held": (operation.error or {}).get("code", "").startswith("approval_"),
        "waits": operation.active and operation.status == "awaiting_approval",
        "attention": operation.needs_attention,
        "cancelling": operation.cancel_requested_at is not None,
        "subject_type": operation.resource_type,
        "subject_id": operation.resource_id,
        "subject_name": operation.resource_name,
        "actor_name": operation.actor_name,
        "started_at": operation.created_at,
        "finished_at": operation.finished_at,
        "duration_text": duration(operation.created_at, operation.finished_at),
        "step": current.name if current else "",
        "step_text": step_title_of(operation.kind, current) if current else "",
        "percent": _percent(steps, current, done),
        "error": failure_of(operation.error, actor),
        "result": operation.result if operation.result.get("type") else None,
        "correlation_id": operation.correlation_id,
        "steps": waterfall(operation, steps, actor),
    }


def tasks_of(operations: Iterable[Operation], actor: Any) -> list[dict[str, Any]]:
    return [task_of(operation, actor) for operation in operations]


def waterfall(operation: Operation, steps: list[Step], actor: Any) -> list[dict[str, Any]]:
    """Steps with offset and width in percent of the operation's time so far."""
    start = operation.created_at
    end = operation.finished_at or timezone.now()
    span = max((end - start).total_seconds(), 0.001)
    bars = [_bar(operation.kind, step, start, end, span) for step in steps]
    for bar, step in zip(bars, steps, strict=True):
        failure = failure_of(step.error, actor)
        bar["error"] = (failure["detail"] or failure["why"]) if failure else ""
    return bars


def duration(start: datetime | None, end: datetime | None) -> str:
    """Seconds with one decimal, from a minute on minutes and seconds."""
    if start is None:
        return ""
    seconds = ((end or timezone.now()) - start).total_seconds()
    if seconds < MINUTE:
        return f"{number_format(max(seconds, 0), 1)} s"
    return f"{int(seconds // MINUTE)} min {int(seconds % MINUTE)} s"


def _bar(kind: str, step: Step, start: datetime, end: datetime, span: float) -> dict[str, Any]:
    offset = width = None
    if step.started_at:
        offset = round(max((step.started_at - start).total_seconds(), 0) / span * 100, 2)
        width = round(max(((step.finished_at or end) - step.started_at).total_seconds() / span * 100, 1), 2)
    return {
        "name": step.name,
        "title": step_title_of(kind, step),
        "status": step.status,
        "undoing": step.undoing,
        "attempt": step.attempt,
        "offset": offset,
        "width": width,
        "duration_text": duration(step.started_at, step.finished_at) if step.started_at else "",
    }


def _current(steps: list[Step]) -> Step | None:
    busy = [step for step in steps if step.status in ("running", "queued")]
    failed = [step for step in steps if step.error and not step.undoing]
    waiting = [step for step in steps if step.status == "pending"]
    return next(iter(busy or failed or waiting), None)


def _percent(steps: list[Step], current: Step | None, done: int) -> int | None:
    if not steps:
        return None
    part = (current.progress_percent or 0) / 100 if current and current.status == "running" else 0
    return min(100, round((done + part) / len(steps) * 100))
