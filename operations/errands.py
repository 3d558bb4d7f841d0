"""Commands that the server carries out itself, in threads beside its worker: what waits for others' servers
and so has no place in a request or a transaction. They are sent, heard of, repeated and ended as those of
datacenters are; one that died with its process is silent, and is sent again."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from contracts.base import Command, Failed, Progressed, Report, Started, Succeeded
from contracts.vocabulary import ErrorCode
from operations import engine
from operations.engine.driving import locked
from operations.models import Operation, OperationStatus

logger = logging.getLogger(__name__)
AT_ONCE = 4
TELL_SECONDS = 1.0
_turns = threading.BoundedSemaphore(AT_ONCE)
_under_way: set[UUID] = set()
_lock = threading.Lock()


class ErrandFailed(Exception):
    """It was not done; the text says why, for whoever asked for it."""

    def __init__(self, code: str, detail: str, *, retryable: bool = False) -> None:
        super().__init__(detail)
        self.code, self.retryable = code, retryable


@dataclass
class Errand:
    """One command that is being carried out."""

    command: Command
    _told_at: float = field(default_factory=time.monotonic)

    def progress(self, percent: int) -> None:
        """Cheap: told at most once a second."""
        if time.monotonic() - self._told_at >= TELL_SECONDS:
            self._told_at = time.monotonic()
            _report(self.command, Progressed(percent=percent))

    def is_wanted(self) -> bool:
        """Whether nobody has cancelled it. Asked in a thread of its own, whose connection it closes."""
        try:
            wanted = Operation.objects.filter(cancel_requested_at=None, status=OperationStatus.RUNNING)
            return wanted.filter(pk=self.command.operation_id).exists()
        finally:
            connections.close_all()

    def require_wanted(self) -> None:
        """Within the transaction that writes what was found; the operation is locked until its end.

        Raises ErrandFailed when it was cancelled.
        """
        operation = locked(self.command.operation_id)
        if operation is None or operation.cancel_requested_at or operation.status != OperationStatus.RUNNING:
            raise ErrandFailed(ErrorCode.CANCELLED, "It was cancelled.")


Act = Callable[[Errand], dict[str, Any]]
_acts: dict[str, tuple[type[Command], Act]] = {}


def carried_out_by(command: type[Command], act: Act) -> None:
    """Have commands of this class carried out by ``act``, which may be asked twice for the same."""
    _acts[command.model_fields["type"].default] = command, act


def take(body: dict[str, Any]) -> None:
    """Begin what the message asks for, unless it is under way here already."""
    kind, _act = _acts[body["type"]]
    command = kind.model_validate(body)
    with _lock:
        if command.command_id in _under_way:
            return
        _under_way.add(command.command_id)
    threading.Thread(target=_in_turn, args=(command,), name="errand", daemon=True).start()


def carry_out(command: Command) -> None:
    """Do it now, and tell the engine what became of it."""
    _kind, act = _acts[command.type]
    _report(command, Started())
    try:
        outcome = Succeeded(output=act(Errand(command)))
    except ErrandFailed as error:
        outcome = Failed(code=error.code, detail=str(error), retryable=error.retryable)
    except Exception:
        logger.exception("an errand broke: %s", command.type)
        outcome = Failed(code=ErrorCode.INTERNAL_ERROR, detail="It broke; the server's log says how.")
    _report(command, outcome)


def _in_turn(command: Command) -> None:
    try:
        with _turns:
            carry_out(command)
    except Exception:
        logger.exception("what became of an errand could not be kept; it will be sent again")
    finally:
        connections.close_all()
        with _lock:
            _under_way.discard(command.command_id)


def _report(command: Command, outcome: Any) -> None:
    engine.receive(Report(command_id=command.command_id, reported_at=datetime.now(UTC), outcome=outcome))
