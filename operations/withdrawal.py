"""Tells whoever made an operation wait that it was given up before it began; apps above register."""

from collections.abc import Callable
from typing import Any

from operations.models import Operation

Listener = Callable[[Operation, Any], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have ``listener(operation, actor)`` called in the transaction that withdraws a waiting operation."""
    _listeners.append(listener)


def tell(operation: Operation, actor: Any) -> None:
    for listener in _listeners:
        listener(operation, actor)
