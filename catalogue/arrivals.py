"""What is done with files once a datacenter has taken them in: services say it, the operations that bring
files ask here, for sagas lie below services."""

from collections.abc import Callable
from typing import Any

Settle = Callable[[int, dict[str, Any]], int]
_settlers: list[Settle] = []


def register(settle: Settle) -> None:
    """``settle(upload_id, output)`` makes a template of an upload's files and gives its id."""
    _settlers[:] = [settle]


def settle(upload_id: int, output: dict[str, Any]) -> int:
    """The id of the template that was made. Raises LimitExceeded."""
    return _settlers[0](upload_id, output)
