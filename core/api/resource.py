"""A resource of the dialect, declared: its fields and links become the columns to read, the answer,
the check of a body and the OpenAPI schema. Rows are plain dicts as ``.values()`` gives them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from core.api.document import Document
from core.api.errors import Problems, invalid
from core.api.fields import Field
from core.api.links import Address
from core.api.listing import Listing
from core.api.media_types import vendor_type
from core.api.versions import Spelling
from core.errors import DomainError

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a resource. ``path`` is ``.`` for the resource itself, ``./x`` for what lies below it,
    else a template from the API's root. It is left out of a row in which one of its columns is empty.

    ``title`` is a text, ``titled_by`` a column. A nullable link needs ``optional=True``. With
    ``privilege`` it is shown to actors who hold that one.
    """

    rel: str
    path: str
    to: str = ""
    title: str = ""
    titled_by: str = ""
    optional: bool = False
    privilege: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        own = () if self.path.startswith(".") else Address(self.path).columns
        return (*own, self.titled_by) if self.titled_by else own


@dataclass(frozen=True, slots=True)
class Family:
    """Numbered links: ``nic0``, ``nic1`` … The row's ``key`` holds an inner row for each; ``path`` and
    ``titled_by`` name columns of those. Whoever fetches the rows puts them there, in order."""

    rel: str
    key: str
    path: str
    to: str
    titled_by: str = ""


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
            self._variants[held] = replace(self, links=links, _variants={})
        return self._variants[held]

    def represent(self, row: Row, base: str, spelling: Spelling = Spelling.BOTH) -> dict[str, Any]:
        """The answer for one row. ``base`` is what every address starts with."""
        return self.represent_all((row,), base, spelling)[0]

    def represent_all(self, rows: Iterable[Row], base: str, spelling: Spelling = Spelling.BOTH) -> list[dict]:
        """The answers for many rows."""
        properties, links = self._property_writer(spelling), self._link_writer(base)
        documents = []
        for row in rows:
            document = properties(row)
            for each in self.embedded:
                self._embed(document, each, row, base, spelling)
            document["links"] = links(row)
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

    def _link_writer(self, base: str) -> Callable[[Row], list[dict[str, str]]]:
        own = Address(self.path)
        own_format, own_columns = base + own.percent_format, _getter(own.columns)
        compiled = [_compile(each, base) for each in self.links]
        families = [
            (each, _compile(Link("", each.path, each.to, titled_by=each.titled_by), base))
            for each in self.families
        ]

        def write(row: Row) -> list[dict[str, str]]:
            self_href = own_format % own_columns(row)
            links = [link for each in compiled if (link := each(row, self_href))]
            for family, write_one in families:
                inner = row.get(family.key) or ()
                links += [write_one(each, "") | {"rel": f"{family.rel}{n}"} for n, each in enumerate(inner)]
            return links

        return write

    def _embed(self, document: dict, each: Embedded, row: Row, base: str, spelling: Spelling) -> None:
        inner = row.get(each.key)
        if inner is None:
            return
        if each.many:
            value = {"links": [], "collection": each.resource.represent_all(inner, base, spelling)}
        else:
            value = each.resource.represent(inner, base, spelling)
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


def _getter(columns: tuple[str, ...]) -> Callable[[Row], tuple]:
    if len(columns) == 1:
        only = columns[0]
        return lambda row: (row[only],)
    return itemgetter(*columns) if columns else lambda row: ()


def _compile(each: Link, base: str) -> Callable[[Row, str], dict[str, str] | None]:
    """A writer of one link. They run a thousand times for a page, hence one closure per shape."""
    kind = {"type": vendor_type(each.to)} if each.to else {}
    rel, title, titled_by = each.rel, each.title, each.titled_by
    if each.path.startswith("."):
        suffix = each.path[1:]
        if titled_by:
            return lambda row, own: {"rel": rel, "href": own + suffix, **kind, "title": row[titled_by]}
        named = {**kind, "title": title} if title else kind
        return lambda row, own: {"rel": rel, "href": own + suffix, **named}
    address = Address(each.path)
    pattern, columns, optional = base + address.percent_format, _getter(address.columns), each.optional

    def write(row: Row, own: str) -> dict[str, str] | None:
        ids = columns(row)
        if optional and None in ids:
            return None
        link = {"rel": rel, "href": pattern % ids, **kind}
        if titled_by:
            if row[titled_by] is not None:
                link["title"] = row[titled_by]
        elif title:
            link["title"] = title
        return link

    return write
