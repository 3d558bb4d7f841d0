"""Writes the links of rows, as JSON text: a page has a thousand of them, and filling a template that
was made once costs a fraction of building and encoding them one by one. Who needs them as data decodes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from core.api.links import Address
from core.api.media_types import vendor_type

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a resource. ``path`` is ``.`` for the resource itself, ``./x`` for what lies below it,
    else a template from the API's root, or of a whole address when that is ``elsewhere``. It is left out
    of a row in which one of its columns is empty.

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
    elsewhere: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.path_columns, self.titled_by) if self.titled_by else self.path_columns

    @property
    def path_columns(self) -> tuple[str, ...]:
        return () if self.path.startswith(".") else Address(self.path).columns


@dataclass(frozen=True, slots=True)
class Family:
    """Numbered links: ``nic0``, ``nic1`` … The row's ``key`` holds an inner row for each; ``path`` and
    ``titled_by`` name columns of those. Whoever fetches the rows puts them there, in order. Links that
    are not ``numbered`` have all the same name."""

    rel: str
    key: str
    path: str
    to: str
    titled_by: str = ""
    numbered: bool = True


class LinkWriter:
    """The links of one resource under one base address."""

    def __init__(self, path: str, links: Iterable[Link], families: Iterable[Family], base: str):
        links, own = tuple(links), Address(path)
        columns = (*own.columns, *(column for each in links for column in each.path_columns))
        self._places = _Places(columns, (each.titled_by for each in links))
        self._own = _escaped(base) + _mapped(own)
        self._always = ",".join(_json(each, base) for each in links if not each.optional)
        self._optional = [(each.path_columns, _json(each, base)) for each in links if each.optional]
        self._families = [_FamilyWriter(each, base) for each in families]

    def write(self, row: Row) -> str:
        """The JSON list of a row's links."""
        values = self._places.values(row)
        values["own"] = self._own % values
        parts = [self._always % values] if self._always else []
        parts += [
            template % values
            for columns, template in self._optional
            if None not in [row[column] for column in columns]
        ]
        for family in self._families:
            parts += family.write(row)
        return f"[{','.join(parts)}]"


class _FamilyWriter:
    def __init__(self, family: Family, base: str):
        rel = f"{family.rel}{{number}}" if family.numbered else family.rel
        link = Link(rel, family.path, family.to, titled_by=family.titled_by)
        self._key = family.key
        self._places = _Places(link.path_columns, (family.titled_by,))
        self._template = _json(link, base).replace("{number}", "%(number)s")

    def write(self, row: Row) -> list[str]:
        inner = row.get(self._key) or ()
        return [
            self._template % (self._places.values(each) | {"number": number})
            for number, each in enumerate(inner)
        ]


class _Places:
    """What a row puts into templates: ids as they are, texts so that they may stand in JSON."""

    def __init__(self, ids: Iterable[str], titles: Iterable[str]):
        self._ids = tuple(dict.fromkeys(ids))
        self._titles = tuple((column, f"title:{column}") for column in dict.fromkeys(titles) if column)

    def values(self, row: Row) -> dict[str, Any]:
        values = {column: row[column] for column in self._ids}
        if not _NUMBERS.issuperset(map(type, values.values())):
            values = {column: _text(str(value))[1:-1] for column, value in values.items()}
        for column, name in self._titles:
            values[name] = _title(row[column])
        return values


_NUMBERS = frozenset({int, type(None)})


@lru_cache(maxsize=10_000)
def _title(title: Any) -> str:
    """Names repeat from row to row: those of the tenant, the location, the template."""
    return "" if title is None else f',"title":{_text(str(title))}'


def _json(link: Link, base: str) -> str:
    """The JSON of a link with a place for each value, to be filled by ``%`` from a mapping."""
    below = link.path.startswith(".")
    base = "" if link.elsewhere else base
    href = "%(own)s" + _escaped(link.path[1:]) if below else _escaped(base) + _mapped(Address(link.path))
    text = f'{{"rel":{_escaped(_text(link.rel))},"href":"{href}"'
    if link.to:
        text += f',"type":{_escaped(_text(vendor_type(link.to)))}'
    if link.titled_by:
        return f"{text}%(title:{link.titled_by})s}}"
    return f'{text},"title":{_escaped(_text(link.title))}}}' if link.title else f"{text}}}"


def _mapped(address: Address) -> str:
    return _escaped(address.template).replace("{", "%(").replace("}", ")s")


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _text(value: str) -> str:
    return orjson.dumps(value).decode()
