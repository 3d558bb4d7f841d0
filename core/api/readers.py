"""Where the rows of a list come from: a queryset, or the same query prepared because the list is hot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from core.api import prepared

Row = dict[str, Any]
Key = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an ordered list: ``count`` rows from ``start`` on, beyond ``key`` when there is one."""

    column: str
    descending: bool
    start: int
    count: int
    key: Key | None = None

    def order(self, queryset: QuerySet) -> QuerySet:
        sign = "-" if self.descending else ""
        ties = [] if self.column == "id" else [f"{sign}id"]
        return queryset.order_by(f"{sign}{self.column}", *ties)

    def beyond(self, value: Any, tie: Any) -> Q:
        direction = "lt" if self.descending else "gt"
        if self.column == "id":
            return Q(**{f"id__{direction}": tie})
        return Q(**{f"{self.column}__{direction}e": value}) & (
            Q(**{f"{self.column}__{direction}": value}) | Q(**{f"id__{direction}": tie})
        )


class Reader(Protocol):
    """What paging needs of a list."""

    def read(self, part: Part) -> list[Row]: ...

    def read_ids(self, part: Part) -> list[Any]: ...

    def read_these(self, ids: list[Any], sorted_by: str) -> list[Row]: ...

    def count(self) -> int: ...


@dataclass(frozen=True)
class QueryReader:
    """Reads a queryset that was narrowed already."""

    queryset: QuerySet
    columns: tuple[str, ...]

    def read(self, part: Part) -> list[Row]:
        return list(self._part(part).values(*_wanted(self.columns, part.column)))

    def read_ids(self, part: Part) -> list[Any]:
        return list(self._part(part).values_list("id", flat=True))

    def read_these(self, ids: list[Any], sorted_by: str) -> list[Row]:
        return list(self.queryset.filter(id__in=ids).values(*_wanted(self.columns, sorted_by)))

    def count(self) -> int:
        return self.queryset.order_by().count()

    def _part(self, part: Part) -> QuerySet:
        queryset = self.queryset.filter(part.beyond(*part.key)) if part.key else self.queryset
        return part.order(queryset)[part.start : part.start + part.count]


@dataclass(frozen=True)
class PreparedReader:
    """Reads ``build(actor, *arguments)``, compiled once. ``build`` is a function of a module.

    Ids come first, from one table by one index; the rows with all they join are then looked up
    by those. A single query would let the planner start from whichever joined table is smallest
    and sort everything.
    """

    build: Callable[..., QuerySet]
    actor: Any
    arguments: tuple[int, ...]
    columns: tuple[str, ...]

    def read(self, part: Part) -> list[Row]:
        ids = self.read_ids(part)
        found = {row["id"]: row for row in self.read_these(ids, part.column)}
        return [found[each] for each in ids if each in found]

    def read_ids(self, part: Part) -> list[Any]:
        own = len(self.arguments)

        def build(actor: Any, *given: Any) -> QuerySet:
            queryset = self.build(actor, *given[:own])
            if part.key:
                queryset = queryset.filter(part.beyond(*given[own:]))
            return part.order(queryset).values("id")

        found = prepared.rows(
            build,
            self.actor,
            (*self.arguments, *(part.key or ())),
            shape=("ids", self.build, part.column, part.descending),
            window=(part.start, part.count),
        )
        return [row["id"] for row in found]

    def read_these(self, ids: list[Any], sorted_by: str) -> list[Row]:
        own, columns = len(self.arguments), _wanted(self.columns, sorted_by)

        def build(actor: Any, *given: Any) -> QuerySet:
            queryset = self.build(actor, *given[:own])
            return queryset.filter(id__in=given[own:]).order_by().values(*columns)

        arguments = (*self.arguments, *prepared.padded(ids))
        return prepared.rows(build, self.actor, arguments, shape=("rows", self.build, columns)) if ids else []

    def count(self) -> int:
        def build(actor: Any, *given: Any) -> QuerySet:
            return prepared.counted(self.build(actor, *given))

        counts = prepared.rows(build, self.actor, self.arguments, shape=("count", self.build))
        return counts[0]["number"] if counts else 0


def _wanted(columns: tuple[str, ...], sorted_by: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*columns, sorted_by, "id")))
