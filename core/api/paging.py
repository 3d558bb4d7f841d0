"""Pages of collections: offsets on the outside, keys on the inside.

Links carry a key besides ``startwith``, so that walking through a list costs the same on
every page; an offset beyond the middle is read from the end, so the last page costs what
the first does; only a jump into the middle walks an index.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from core.api.listing import DEFAULT_LIMIT, Listing
from core.api.readers import Part, Reader
from core.api.totals import total_of
from core.errors import Invalid

EVERYTHING = 5_000
WALKED_DIRECTLY = 100
SEARCH = ("has", "filter")

Params = Mapping[str, str]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is wanted. ``after`` and ``before`` are keys (value, id) of a neighbour row."""

    limit: int
    startwith: int
    column: str
    descending: bool = False
    after: tuple[Any, Any] | None = None
    before: tuple[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    total: int
    window: Window

    @property
    def has_next(self) -> bool:
        return self.window.startwith + len(self.rows) < self.total and bool(self.rows)


def read_window(params: Params, listing: Listing) -> Window:
    """The window asked for. Raises Invalid (GEN-22) for what can't be understood."""
    by = params.get("by", listing.default_sort)
    column = next((each for name, each in listing.sorts.items() if name.lower() == by.lower()), None)
    if column is None:
        raise Invalid(f"by: must be one of {', '.join(listing.sorts)}.", code="GEN-22")
    limit = _natural(params, "limit", DEFAULT_LIMIT) or EVERYTHING
    return Window(
        limit=min(limit, EVERYTHING),
        startwith=_natural(params, "startwith", 0),
        column=column,
        descending=_descending(params, listing),
        after=_decode(params.get("after")),
        before=_decode(params.get("before")),
    )


def is_narrowed(params: Params, listing: Listing) -> bool:
    """Whether the client searches or filters."""
    return any(params.get(name) for name in (*SEARCH, *listing.filters))


def narrow(queryset: QuerySet, params: Params, listing: Listing) -> QuerySet:
    """Apply search and filters. Raises Invalid (GEN-22) for a filter value of the wrong type."""
    sought = params.get("has") or params.get("filter")
    if sought and listing.search:
        found = Q()
        for column in listing.search:
            found |= Q(**{f"{column}__icontains": sought})
        queryset = queryset.filter(found)
    for name, each in listing.filters.items():
        if params.get(name):
            try:
                queryset = queryset.filter(**{each.lookup: each.read(params[name])})
            except ValueError:
                raise Invalid(f"{name}: this value can't be used as a filter.", code="GEN-22") from None
    return queryset


def fetch(reader: Reader, window: Window, key: str) -> Page:
    """Read one page. ``key`` names the list, filters and viewer included, for remembering its total."""
    if window.after or window.before:
        return Page(_by_key(reader, window), total_of(reader, key), window)
    if window.startwith <= WALKED_DIRECTLY:
        rows = reader.read(_part(window, window.startwith, window.limit + 1))
        if len(rows) <= window.limit and (rows or window.startwith == 0):
            return Page(rows, window.startwith + len(rows), window)
        return Page(rows[: window.limit], total_of(reader, key), window)
    total = total_of(reader, key)
    return Page(_far_away(reader, window, total), total, window)


def encode_key(row: Row, window: Window) -> str:
    """The key of a row, for links."""
    return urlsafe_b64encode(orjson.dumps([row[window.column], row["id"]], default=str)).decode().rstrip("=")


def _descending(params: Params, listing: Listing) -> bool:
    if params.get("asc"):
        return params["asc"].lower() == "false"
    return params["desc"].lower() == "true" if params.get("desc") else listing.descends


def _natural(params: Params, name: str, default: int) -> int:
    sent = params.get(name, "")
    if not sent:
        return default
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):  # noqa: PLR2004
        raise Invalid(f"{name}: must be a whole number that is not negative.", code="GEN-22")
    return int(sent)


def _decode(text: str | None) -> tuple[Any, Any] | None:
    if not text:
        return None
    try:
        value, tie = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        raise Invalid("after, before: this is no key of a page.", code="GEN-22") from None
    if not all(isinstance(part, int | str) for part in (value, tie)):
        raise Invalid("after, before: this is no key of a page.", code="GEN-22")
    return value, tie


def _part(window: Window, start: int, count: int, *, backwards: bool = False) -> Part:
    return Part(window.column, window.descending != backwards, start, count)


def _by_key(reader: Reader, window: Window) -> list[Row]:
    backwards = window.before is not None
    part = replace(_part(window, 0, window.limit, backwards=backwards), key=window.before or window.after)
    try:
        rows = reader.read(part)
    except (ValueError, TypeError, OverflowError, ValidationError):
        raise Invalid("after, before: this is no key of a page.", code="GEN-22") from None
    return rows[::-1] if backwards else rows


def _far_away(reader: Reader, window: Window, total: int) -> list[Row]:
    left = total - window.startwith
    if left <= 0:
        return []
    from_end = max(left - window.limit, 0)
    backwards = from_end < window.startwith
    start = from_end if backwards else window.startwith
    part = _part(window, start, min(window.limit, left), backwards=backwards)
    if start <= WALKED_DIRECTLY:
        rows = reader.read(part)
    else:
        ids = reader.read_ids(part)
        found = {row["id"]: row for row in reader.read_these(ids, window.column)}
        rows = [found[each] for each in ids if each in found]
    return rows[::-1] if backwards else rows
