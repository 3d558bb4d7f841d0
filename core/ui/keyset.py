"""Paging by keys: the next page starts after the last row's key, so page 2,000 costs what page 1 does."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q, QuerySet

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """A sort order that is total: ``column`` and then the id. The column must be among the rows' values."""

    column: str = "id"
    descending: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        names = ("id",) if self.column == "id" else (self.column, "id")
        return tuple(f"-{name}" if self.descending else name for name in names)

    def after(self, key: list[Any]) -> Q:
        """Rows behind ``key``. Written so that an index on the column bounds the scan."""
        beyond = "lt" if self.descending else "gt"
        if self.column == "id":
            return Q(**{f"id__{beyond}": key[-1]})
        value, row_id = key
        at_or_beyond = Q(**{f"{self.column}__{beyond}e": value})
        return at_or_beyond & (Q(**{f"{self.column}__{beyond}": value}) | Q(**{f"id__{beyond}": row_id}))


@dataclass(frozen=True)
class Rows:
    """One page. ``next_key`` is empty on the last one."""

    rows: list[dict[str, Any]]
    next_key: str
    is_first: bool


def read(queryset: QuerySet, *, order: Order, key: str = "", size: int = PAGE_SIZE) -> Rows:
    """One page of a ``.values()`` queryset. An unreadable key means the first page."""
    start = _decode(key, order)
    if start is not None:
        queryset = queryset.filter(order.after(start))
    rows = list(queryset.order_by(*order.keys)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Rows(rows, _encode(rows[-1], order) if more else "", start is None)


def _encode(row: dict[str, Any], order: Order) -> str:
    key = [row["id"]] if order.column == "id" else [row[order.column], row["id"]]
    return urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _decode(key: str, order: Order) -> list[Any] | None:
    try:
        value = orjson.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (ValueError, TypeError):
        return None
    return value if isinstance(value, list) and _fits(value, order) else None


def _fits(key: list[Any], order: Order) -> bool:
    """Whether it is a key of rows in this order, whose columns are texts."""
    if len(key) != len(order.keys) or type(key[-1]) is not int or abs(key[-1]) > LARGEST_ID:
        return False
    return all(isinstance(value, str) for value in key[:-1])
