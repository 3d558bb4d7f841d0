"""What a collection offers: sort keys, search and filters. Only data; ``paging`` does the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_LIMIT = 25
MOST_DIGITS = 18


@dataclass(frozen=True)
class Filter:
    """A query parameter that narrows the list. ``lookup`` is an ORM lookup; ``read`` converts the text
    and may raise ValueError for a value that can't be."""

    lookup: str
    read: Callable[[str], Any] = str
    help: str = ""


@dataclass(frozen=True)
class Listing:
    """``sorts`` maps ``by`` to columns that are never null; ``search`` are the columns of ``has``.

    ``descends``: the order when the client names no direction.
    """

    sorts: Mapping[str, str] = field(default_factory=lambda: {"id": "id"})
    default_sort: str = "id"
    descends: bool = False
    search: tuple[str, ...] = ("name",)
    filters: Mapping[str, Filter] = field(default_factory=dict)


def whole_number(text: str) -> int:
    """An id in a query parameter. Raises ValueError for what can't be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(text)
    return int(text)


def words(text: str) -> list[str]:
    """A comma separated list, upper case."""
    return [word.strip().upper() for word in text.split(",") if word.strip()]
