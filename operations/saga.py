"""How an operation is written down: an ordered list of steps.

A step is *local* (it runs here, in one transaction) or *remote* (it names the command
to send and waits for the report). Each may say how it is undone. Sagas are pure
descriptions; :mod:`operations.engine` runs them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from contracts.base import Command
from operations.models import Operation


@dataclass(frozen=True)
class Dispatch:
    """A command and where it goes. Of commands with the same ``target`` only a few are out at a time."""

    queue: str
    command: Command
    target: str = ""


Local = Callable[[Operation], dict[str, Any] | None]
Remote = Callable[[Operation], Dispatch | None]


@dataclass(frozen=True, kw_only=True)
class Step:
    """``send`` may return None: nothing to do, the step is done.

    ``queue_seconds``: how long a command may wait unheard before it is sent again.
    ``lease_seconds``: how long a started one may be silent. ``attempts`` bounds both
    retries after a retryable failure and restarts after silence.

    A local step that is ``apart``, and its undo, have a transaction of their own, in the worker: for work
    that would be long in a request.
    """

    name: str
    title: str
    run: Local | None = None
    send: Remote | None = None
    undo: Local | None = None
    undo_send: Remote | None = None
    queue_seconds: int = 30
    lease_seconds: int = 30
    attempts: int = 4
    apart: bool = False

    def __post_init__(self):
        if (self.run is None) == (self.send is None):
            raise ValueError(f"step {self.name!r} must be either local or remote")


class Saga:
    """One kind of operation. ``dialect_type`` is the task type of the REST dialect.

    ``privilege`` is what starting one takes, and so what cancelling one takes.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    privilege: ClassVar[str]
    dialect_type: ClassVar[str] = ""
    done_event: ClassVar[str]
    failed_event: ClassVar[str]
    steps: ClassVar[tuple[Step, ...]]

    def succeeded(self, operation: Operation) -> dict[str, Any]:
        """Called once, in the transaction that ends the operation; returns the data of its event."""
        return {}

    def failed(self, operation: Operation) -> dict[str, Any]:
        """Called once, after everything that could be undone was undone (also after a cancellation)."""
        return {}

    def never_begun(self, operation: Operation) -> dict[str, Any]:
        """Called once instead of ``failed`` when not one step was begun: only what was held is given back."""
        return self.failed(operation)

    def interrupt(self, operation: Operation) -> Dispatch | None:
        """What to send when somebody cancels while a command is out; None: its end is waited for.

        The answer is not waited for. The running command then fails with the code ``cancelled``.
        """
        return None

    def released(self, operation: Operation) -> None:
        """Called before a step of an operation that waited for a person is taken.

        Looks again at what may have changed meanwhile; may change ``operation.parameters``. Raises
        Conflict when the operation makes no sense any more.
        """


_registry: dict[str, Saga] = {}


def register(saga: type[Saga]) -> type[Saga]:
    if saga.kind in _registry:
        raise ValueError(f"saga {saga.kind!r} is already registered")
    _registry[saga.kind] = saga()
    return saga


def saga_of_kind(kind: str) -> Saga:
    return _registry[kind]


def saga_for(operation: Operation) -> Saga:
    return _registry[operation.kind]
