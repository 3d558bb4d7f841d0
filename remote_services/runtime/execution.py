"""Runs commands on a pool of threads and reports how they ended.

Commands about one thing run one after the other. A command that is delivered again is not run
again: while it runs, the delivery is settled together with the first; once it has succeeded, that
is reported again. For a copy may come a minute late, when what it asked for was long undone.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from contracts.base import Command, Failed, Succeeded
from contracts.vocabulary import ErrorCode
from remote_services.runtime.errors import RemoteError
from remote_services.runtime.heartbeat import Heartbeats
from remote_services.runtime.registry import Context, handler_for, target_of
from remote_services.runtime.reporting import Reporter

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 5_000
Settle = Callable[[], None]
Submit = Callable[[Callable[..., None], tuple], Any]


@dataclass(eq=False)
class Job:
    command: Command
    settlements: list[Settle] = field(default_factory=list)


class Executor:
    def __init__(self, commands: TypeAdapter, reporter: Reporter, heartbeats: Heartbeats) -> None:
        self._commands = commands
        self._reporter = reporter
        self._heartbeats = heartbeats
        self._lock = threading.Lock()
        self._jobs: dict[UUID, Job] = {}
        self._waiting: dict[Hashable, deque[Job]] = {}
        self._succeeded: OrderedDict[UUID, Succeeded] = OrderedDict()

    @property
    def is_idle(self) -> bool:
        return not self._jobs

    def accept(self, body: Any, settle: Settle, submit: Submit) -> None:
        """Run the command when its turn comes. ``settle`` is called, from any thread, once its end
        is reported; ``submit(function, arguments)`` hands work to the pool."""
        try:
            command = self._commands.validate_python(body)
        except ValidationError as error:
            submit(self._refuse, (body, error, settle))
            return
        target = target_of(command)
        with self._lock:
            job = self._jobs.get(command.command_id)
            if job is not None:
                job.settlements.append(settle)
                return
            known = self._succeeded.get(command.command_id)
            if known is not None:
                submit(self._repeat, (command.command_id, known, settle))
                return
            job = self._jobs[command.command_id] = Job(command, [settle])
            if target in self._waiting:
                self._waiting[target].append(job)
                return
            self._waiting[target] = deque()
        submit(self._run, (job, target))

    def _run(self, job: Job | None, target: Hashable) -> None:
        while job is not None:
            try:
                self._execute(job)
            finally:
                job = self._next(job, target)

    def _execute(self, job: Job) -> None:
        command = job.command
        beat = self._heartbeats.begin(command.command_id)
        try:
            outcome = outcome_of(command, beat)
        finally:
            self._heartbeats.end(beat)
        self._reporter.end(command.command_id, outcome)
        with self._lock:
            del self._jobs[command.command_id]
            if isinstance(outcome, Succeeded):
                self._remember(command.command_id, outcome)
        for settle in job.settlements:
            settle()

    def _remember(self, command_id: UUID, outcome: Succeeded) -> None:
        self._succeeded[command_id] = outcome
        if len(self._succeeded) > MOST_REMEMBERED:
            self._succeeded.popitem(last=False)

    def _repeat(self, command_id: UUID, outcome: Succeeded, settle: Settle) -> None:
        self._reporter.end(command_id, outcome)
        settle()

    def _next(self, job: Job, target: Hashable) -> Job | None:
        with self._lock:
            self._jobs.pop(job.command.command_id, None)
            waiting = self._waiting[target]
            if waiting:
                return waiting.popleft()
            del self._waiting[target]
            return None

    def _refuse(self, body: Any, error: ValidationError, settle: Settle) -> None:
        command_id = _command_id(body)
        if command_id is None:
            logger.error("dropped a message that is no command: %s", error)
        else:
            self._reporter.end(command_id, Failed(code=_refusal(error), detail=str(error)))
        settle()


def outcome_of(command: Command, context: Context) -> Succeeded | Failed:
    """Run the command's handler. Whatever it raises becomes a Failed."""
    handler = handler_for(command)
    if handler is None:
        return Failed(code=ErrorCode.UNSUPPORTED_COMMAND, detail=f"nothing here handles {command.type}")
    try:
        return Succeeded(output=handler(command, context) or {})
    except RemoteError as error:
        return Failed(code=error.code, detail=str(error), retryable=error.retryable)
    except Exception as error:
        logger.exception("command %s failed", command.command_id)
        return Failed(code=ErrorCode.INTERNAL_ERROR, detail=f"{type(error).__name__}: {error}")


def _command_id(body: Any) -> UUID | None:
    try:
        return UUID(str(body["command_id"]))
    except (KeyError, TypeError, ValueError):
        return None


def _refusal(error: ValidationError) -> ErrorCode:
    tags = {"union_tag_invalid", "union_tag_not_found", "literal_error"}
    if any(problem["type"] in tags for problem in error.errors()):
        return ErrorCode.UNSUPPORTED_COMMAND
    return ErrorCode.INTERNAL_ERROR
