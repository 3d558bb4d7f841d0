"""Finding rows for a view: one or a page, always as flat rows, with the right error when there is none."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from core.api import paging
from core.api.readers import PreparedReader, QueryReader, Reader
from core.api.resource import Resource, Row
from core.errors import NotFound


class Fetching:
    """Mixed into views. The querysets are narrowed by ``visible_to`` already."""

    request: HttpRequest
    actor: Any
    params: dict[str, str]

    def row(self, queryset: QuerySet, resource: Resource, code: str) -> Row:
        """The first row of a query, as a dict. Raises NotFound with ``code`` when there is none."""
        found = next(iter(queryset.values(*resource.seen_by(self.actor).columns)[:1]), None)
        if found is None:
            raise self.missing(code)
        return found

    def among(self, rows: Iterable[Row], pk: int, code: str) -> Row:
        """The row with this id. Raises NotFound with ``code``."""
        found = next((row for row in rows if row["id"] == pk), None)
        if found is None:
            raise self.missing(code)
        return found

    def one(self, queryset: QuerySet, code: str) -> Any:
        """The only row of a query, as a model instance for a service. Raises NotFound with ``code``."""
        found = queryset.first()
        if found is None:
            raise self.missing(code)
        return found

    def missing(self, code: str) -> NotFound:
        """The error for what doesn't exist or may not be seen: the same either way."""
        return NotFound("There is no such thing here, or you may not see it.", code=code)

    def read_page(self, queryset: QuerySet, resource: Resource) -> paging.Page:
        """The rows of ``page``, for views that add to them before they are sent."""
        narrowed = paging.narrow(queryset, self.params, resource.listing)
        return self._fetch(QueryReader(narrowed, resource.seen_by(self.actor).columns), resource)

    def read_hot_page(
        self, build: Callable[..., QuerySet], ids: tuple[int, ...], resource: Resource
    ) -> paging.Page:
        """Like ``read_page`` of ``build(actor, *ids)``, by a prepared query unless the list is narrowed."""
        if paging.is_narrowed(self.params, resource.listing):
            return self.read_page(build(self.actor, *ids), resource)
        columns = resource.seen_by(self.actor).columns
        return self._fetch(PreparedReader(build, self.actor, ids, columns), resource)

    def _fetch(self, reader: Reader, resource: Resource) -> paging.Page:
        params, listing = self.params, resource.listing
        told = sorted((name, params[name]) for name in (*listing.filters, *paging.SEARCH) if name in params)
        key = f"{resource.name}|{self.actor.pk}|{self.actor.bounds}|{self.request.path}|{told}"
        return paging.fetch(reader, paging.read_window(params, listing), key)
