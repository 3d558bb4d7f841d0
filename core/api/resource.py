"""A resource of the dialect, declared: its fields and links become the columns to read, the answer,
the check of a body and the OpenAPI schema. Rows are plain dicts as ``.values()`` gives them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import orjson

from core.api.document import Document
from core.api.errors import Problems, invalid
from core.api.fields import Field
from core.api.link_writing import Family, Link, LinkWriter
from core.api.links import Address
from core.api.listing import Listing
from core.api.versions import Spelling
from core.errors import DomainError

__all__ = ["Embedded", "Family", "Link", "Resource", "Row"]

Row = Mapping[str, Any]
_MOST_BASES = 8


@dataclass(frozen=True, slots=True)
class Embedded:
    """A resource inside another. The row's ``key`` holds the inner row, or with ``many`` a list of them;
    whoever fetches the rows puts them there."""

    name: str
    resource: "Resource"
    key: str
    many: bool = True
    older: str = ""


@dataclass(eq=False)
class Resource:
    """``name`` and ``collection`` are short media type names; ``path`` is the canonical address.

    ``added`` names what fields and addresses use although it is no column: whoever fetches the
    rows puts it there.
    """

    name: str
    path: str
    fields: tuple[Field, ...]
    links: tuple[Link, ...] = ()
    collection: str = ""
    embedded: tuple[Embedded, ...] = ()
    listing: Listing = field(default_factory=Listing)
    families: tuple[Family, ...] = ()
    added: frozenset[str] = frozenset()
    _variants: dict[frozenset[str], "Resource"] = field(default_factory=dict, repr=False)
    _writers: dict[str, LinkWriter] = field(default_factory=dict, repr=False)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What a query must select, to be passed to ``.values()``."""
        wanted = [column for each in self.fields for column in each.columns]
        wanted += Address(self.path).columns
        wanted += [column for each in self.links for column in each.columns]
        return tuple(column for column in dict.fromkeys(wanted) if column not in self.added)

    def seen_by(self, actor) -> "Resource":
        """This resource with only the links the actor's privileges open."""
        held = frozenset(each.privilege for each in self.links) & actor.privileges
        if held not in self._variants:
            links = tuple(each for each in self.links if not each.privilege or each.privilege in held)
            self._variants[held] = replace(self, links=links, _variants={}, _writers={})
        return self._variants[held]

    def represent(self, row: Row, base: str, spelling: Spelling = Spelling.BOTH) -> dict[str, Any]:
        """The answer for one row, as data. ``base`` is what every address starts with."""
        return orjson.loads(orjson.dumps(self.represent_all((row,), base, spelling)[0], default=str))

    def represent_all(self, rows: Iterable[Row], base: str, spelling: Spelling = Spelling.BOTH) -> list[dict]:
        """The answers for many rows, for orjson to encode: their links are JSON already."""
        properties, links = self._property_writer(spelling), self._links(base)
        documents = []
        for row in rows:
            document = properties(row)
            for each in self.embedded:
                self._embed(document, each, row, base, spelling)
            document["links"] = orjson.Fragment(links.write(row))
            documents.append(document)
        return documents

    def href(self, row: Row, base: str) -> str:
        """The canonical address of a row."""
        own = Address(self.path)
        return base + own.percent_format % tuple(row[column] for column in own.columns)

    def read(
        self, document: Document, *, creating: bool = False, current: Row | None = None
    ) -> dict[str, Any]:
        """The arguments for the service in a body: only what the client sent, by ``Field.writes``.

        Clients send back what they fetched, a property under all its names, and change one: of
        several names the one that says something else than the ``current`` row counts.
        Raises Problems with one entry for each property that is missing or wrong.
        """
        values, problems = {}, []
        for each in self.fields:
            if not each.writes:
                continue
            try:
                sent = [each.read(value) for value in document.all(*each.spellings)]
                if sent:
                    values[each.writes] = _changed(sent, each, current)
                elif creating and each.required:
                    raise invalid(each.name, "is needed.")
            except DomainError as error:
                problems.append(error)
        if problems:
            raise Problems(problems)
        return values

    def _property_writer(self, spelling: Spelling) -> Callable[[Row], dict[str, Any]]:
        told = [
            (name, each) for each in self.fields if not each.written_only for name in _names(each, spelling)
        ]
        constants = {name: each.constant for name, each in told if each.constant is not None}
        varying = [(name, each) for name, each in told if each.constant is None]
        plain = [(name, each.column) for name, each in varying if not each.show]
        shown = [(name, each.column, each.show) for name, each in varying if each.show and not each.needs]
        computed = [(name, each.show) for name, each in varying if each.needs]

        def write(row: Row) -> dict[str, Any]:
            document = {name: row[column] for name, column in plain}
            for name, column, show in shown:
                document[name] = show(row[column])
            for name, show in computed:
                document[name] = show(row)
            document.update(constants)
            if None in document.values():
                return {name: value for name, value in document.items() if value is not None}
            return document

        return write

    def _links(self, base: str) -> LinkWriter:
        if base not in self._writers:
            if len(self._writers) >= _MOST_BASES:
                self._writers.clear()
            self._writers[base] = LinkWriter(self.path, self.links, self.families, base)
        return self._writers[base]

    def _embed(self, document: dict, each: Embedded, row: Row, base: str, spelling: Spelling) -> None:
        inner = row.get(each.key)
        if inner is None:
            return
        if each.many:
            value = {"links": [], "collection": each.resource.represent_all(inner, base, spelling)}
        else:
            value = each.resource.represent_all((inner,), base, spelling)[0]
        for name in _names(each, spelling):
            document[name] = value


def _changed(sent: list[Any], each: Field, current: Row | None) -> Any:
    if current is None:
        return sent[0]
    return next((value for value in sent if value != current.get(each.column)), sent[0])


def _names(each: Field | Embedded, spelling: Spelling) -> tuple[str, ...]:
    if not each.older:
        return (each.name,)
    return {
        Spelling.OLDER: (each.older,),
        Spelling.CURRENT: (each.name,),
        Spelling.BOTH: (each.name, each.older),
    }[spelling]
