"""Compiles the query behind a hot list once for each shape and runs it many times.

Building a queryset and compiling it costs several times what the database needs for a page.
So a query is built once with stand-ins for everything that varies - the actor's ids, other
ids, keys, limit and offset - and what it compiled to is run with the real values. The actor's
stand-in goes through ``visible_to`` like the actor does; it has the same privileges, the same
reach and nothing else but ids, so a rule that looks at more fails loudly instead of being frozen.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

_FIRST_NUMBER = 7_000_000_000_000_000_001
_LIMIT, _OFFSET = 7_654_321, 1_234_567
_MOST_SHAPES = 500
_SIZES = (1, 2, 6, 11, 26, 51, 101, 251, 501, 1_001, 2_501, 5_001)

Build = Callable[..., QuerySet]
_shapes: dict[Hashable, "_Shape | None"] = {}


@dataclass(frozen=True, slots=True)
class StandIn:
    """What a visibility rule may look at. The conditions are those of the actor's own class."""

    rules: type
    privileges: frozenset[str]
    reach: str
    tenant_reach: str
    location_reach: str
    restricted: bool
    overridden: bool
    limited_to: frozenset[str] | None
    enterprise_id: int
    pk: int
    scope_id: int

    @classmethod
    def of(cls, actor: Any, *ids: int) -> "StandIn":
        return cls(actor.__class__, *_form_of(actor), *ids)

    @property
    def id(self) -> int:
        return self.pk

    def reaching(self, column: str = "enterprise_id") -> Q:
        return self.rules.reaching(self, column)

    def knowing(self, column: str = "enterprise_id") -> Q:
        return self.rules.knowing(self, column)

    def unrestricted(self, column: str = "virtual_datacenter_id") -> Q:
        return self.rules.unrestricted(self, column)

    def without(self, privilege: str, column: str = "virtual_datacenter_id") -> Q | None:
        return self.rules.without(self, privilege, column)


def _form_of(actor: Any) -> tuple[Any, ...]:
    """What of an actor decides about the text of a query, in the order of StandIn's fields."""
    reaches = actor.reach, actor.tenant_reach, actor.location_reach
    return actor.privileges, *reaches, actor.restricted, actor.overridden, actor.limited_to


def _ids_of(actor: Any) -> tuple[int, ...]:
    return actor.enterprise_id, actor.pk, actor.scope_id or 0


@dataclass(frozen=True, slots=True)
class _Shape:
    sql: str
    constants: tuple[Any, ...]
    positions: tuple[int | None, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, tuple, Any], ...]


def rows(
    build: Build,
    actor: Any,
    arguments: tuple[Any, ...],
    *,
    shape: Hashable,
    window: tuple[int, int] | None = None,
) -> list[dict[str, Any]]:
    """The rows of ``build(actor, *arguments)``, a queryset that ends in ``.values()``.

    ``arguments`` are numbers or texts that only end up as parameters; ``shape`` names ``build``
    and whatever else the query's form depends on; ``window`` is (offset, limit).
    """
    kinds = tuple(type(each) for each in arguments)
    key = (connection.vendor, _form_of(actor), kinds, shape, window is not None)
    if key not in _shapes:
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        _shapes[key] = _compile(build, actor, arguments, sliced=window is not None)
    found = _shapes[key]
    if found is None:
        return []
    values = (*_ids_of(actor), *arguments)
    parameters = [
        constant if position is None else values[position]
        for position, constant in zip(found.positions, found.constants, strict=True)
    ]
    sql = found.sql
    if window is not None:
        sql = sql.replace(f"LIMIT {_LIMIT} OFFSET {_OFFSET}", f"LIMIT {window[1]:d} OFFSET {window[0]:d}")
    sql, parameters = _numbers_inlined(sql, parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        fetched = cursor.fetchall()
    return [dict(zip(found.names, each, strict=True)) for each in _converted(found, fetched)]


def counted(queryset: QuerySet) -> QuerySet:
    """A queryset whose only row holds the number of rows as ``number``; annotations are dropped."""
    bare = queryset.order_by().values("pk")
    bare.query.annotations = {}
    bare.query.clear_select_clause()
    bare.query.values_select, bare.query.selected = (), None
    bare.query.add_annotation(Count("*"), "number")
    return bare


def padded(ids: list[int]) -> tuple[int, ...]:
    """Ids for an IN, repeated up to one of a few lengths, so that there are few shapes."""
    size = next((each for each in _SIZES if each >= len(ids)), len(ids))
    return (*ids, *([ids[-1]] * (size - len(ids)))) if ids else ()


def _numbers_inlined(sql: str, parameters: list[Any]) -> tuple[str, list[Any]]:
    """Whole numbers need no escaping, which drivers do slowly one by one; everything else is left to them."""
    others = [value for value in parameters if type(value) is not int]
    if others and "%%" in sql:
        return sql, parameters
    return sql % tuple(value if type(value) is int else "%s" for value in parameters), others


def _compile(build: Build, actor: Any, arguments: tuple[Any, ...], *, sliced: bool) -> _Shape | None:
    """None when the query can have no rows, whatever the values."""
    own = len(_ids_of(actor))
    count = len(arguments) + own
    stand_ins = [_FIRST_NUMBER + number for number in range(count)]
    given = [
        f"stand-in-{stand_in}" if isinstance(each, str) else stand_in
        for each, stand_in in zip(arguments, stand_ins[own:], strict=True)
    ]
    viewer = StandIn.of(actor, *stand_ins[:own])
    queryset = build(viewer, *given)
    if sliced:
        queryset = queryset[_OFFSET : _OFFSET + _LIMIT]
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    place = {value: number for number, value in enumerate((*stand_ins[:own], *given))}
    positions = tuple(place.get(value) if isinstance(value, int | str) else None for value in parameters)
    if str(_FIRST_NUMBER)[:-4] in sql:
        raise ValueError("a stand-in became part of the query's text")
    columns = [column for column, *_ in compiler.select]
    converters = tuple(
        (position, tuple(functions), expression)
        for position, (functions, expression) in compiler.get_converters(columns).items()
    )
    return _Shape(sql, tuple(parameters), positions, _names(queryset), converters)


def _names(queryset: QuerySet) -> tuple[str, ...]:
    query = queryset.query
    if query.selected:
        return tuple(query.selected)
    return (*query.extra_select, *query.values_select, *query.annotation_select)


def _converted(shape: _Shape, fetched: Any) -> Any:
    if not shape.converters:
        return fetched
    changed = [list(row) for row in fetched]
    for position, functions, expression in shape.converters:
        for row in changed:
            value = row[position]
            for function in functions:
                value = function(value, expression, connection)
            row[position] = value
    return changed
