"""Taking back what a user gave out to programs; apps above that keep such things say how."""

from collections.abc import Callable
from typing import Any

TakeBack = Callable[..., int]
_keepers: list[TakeBack] = []


def add_keeper(take_back: TakeBack) -> None:
    """Have ``take_back(actor=, user=)`` called; it answers how many things it took back."""
    _keepers.append(take_back)


def take_back(*, actor: Any, user: Any) -> int:
    """Take back everything the user gave out, in the caller's transaction. How many things that were."""
    return sum(keeper(actor=actor, user=user) for keeper in _keepers)
