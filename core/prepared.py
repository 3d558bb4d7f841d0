"""Queries that are built and compiled once and run many times: for the few that every operation runs.

Building and compiling a queryset costs several times what the database needs for a row found by
its key. The query must depend on its values as parameters alone: no lists, no conditions on them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

_Value = int | str | UUID
_FIRST_NUMBER = 7_100_000_000_000_000_001
_FIRST_UUID = 0x5AFE_0000_0000_4000_8000_0000_0000_0001


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``parameters`` are constants, or how to make the parameter of the values of a call."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, tuple, Any], ...]
    instance: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """The value at ``index``, brought into the form the database takes it in."""

    index: int
    form: Callable[[Any], Any]


class Prepared:
    """``build`` makes the queryset (instances or ``values_list``) of its arguments: numbers, texts, UUIDs."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._by_vendor: dict[str, _Compiled] = {}

    def all(self, *values: Any) -> list[Any]:
        """What the queryset finds for these values, read now."""
        compiled = self._by_vendor.get(connection.vendor)
        if compiled is None:
            compiled = self._by_vendor[connection.vendor] = self._compile(values)
        parameters = [
            each.form(values[each.index]) if isinstance(each, _Place) else each
            for each in compiled.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            rows = cursor.fetchall()
        return [compiled.instance(row) for row in _converted(compiled, rows)]

    def first(self, *values: Any) -> Any | None:
        """The first of them, or None."""
        return next(iter(self.all(*values)), None)

    def _compile(self, values: tuple[Any, ...]) -> _Compiled:
        stand_ins = [_stand_in(value, number) for number, value in enumerate(values)]
        query = self._build(*stand_ins).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        forms = dict(form for index, each in enumerate(stand_ins) for form in _forms(each, index))
        columns = compiler.get_converters([column for column, *_ in compiler.select])
        return _Compiled(
            sql,
            tuple(forms.get(each, each) if isinstance(each, _Value) else each for each in parameters),
            tuple((position, tuple(functions), column) for position, (functions, column) in columns.items()),
            tuple if query.values_select or compiler.klass_info is None else _instances(compiler),
        )


def _stand_in(value: Any, number: int) -> Any:
    if isinstance(value, UUID):
        return UUID(int=_FIRST_UUID + number)
    return f"stand-in {number}" if isinstance(value, str) else _FIRST_NUMBER + number


def _forms(stand_in: Any, index: int) -> list[tuple[Any, _Place]]:
    """How a stand-in may come back from the compiler, and what is then to be done with the value."""
    forms = [(stand_in, _Place(index, lambda value: value))]
    if isinstance(stand_in, UUID):
        forms += [(stand_in.hex, _Place(index, lambda value: value.hex)), (str(stand_in), _Place(index, str))]
    return forms


def _instances(compiler: Any) -> Callable[[Any], Any]:
    """What makes an instance, with its related ones, of a row."""
    info, database = compiler.klass_info, connection.alias
    model, fields = info["model"], info["select_fields"]
    begin, end = fields[0], fields[-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[begin:end]]
    added = compiler.annotation_col_map
    populators = get_related_populators(info, compiler.select, database)

    def instance(row: Any) -> Any:
        made = model.from_db(database, names, row[begin:end])
        for populator in populators:
            populator.populate(row, made)
        for name, position in added.items():
            setattr(made, name, row[position])
        return made

    return instance


def _converted(compiled: _Compiled, rows: Any) -> Any:
    if not compiled.converters:
        return rows
    changed = [list(row) for row in rows]
    for position, functions, column in compiled.converters:
        for row in changed:
            for function in functions:
                row[position] = function(row[position], column, connection)
    return changed
