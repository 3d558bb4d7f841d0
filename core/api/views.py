"""The base of every view of the dialect: who, what, which shape. The meaning is in services.

A view declares each method with ``@speaks`` and ends it with one of the answers below.
"""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.views import APIView

from core.api import errors, paging
from core.api.collections import paged_list, whole_list
from core.api.document import Document
from core.api.links import base_url, link
from core.api.negotiation import Choice, body_type, choose_representation
from core.api.readers import PreparedReader, QueryReader, Reader
from core.api.resource import Resource, Row
from core.api.schema import DialectSchema
from core.api.verbs import Verb
from core.errors import Invalid, NotFound, OperationInProgress, PermissionRefused

ERRORS = Choice("errors")
ACCEPTED_REQUEST = "acceptedrequest"
SEES_EVERYTHING = "PHYS_DC_RETRIEVE_DETAILS"
_WRITERS = {"json": lambda document: orjson.dumps(document, default=str)}


class DialectView(APIView):
    """``choice`` is the representation negotiated for this request."""

    schema = DialectSchema()
    permission_classes = ()
    choice: Choice = Choice("error")

    @property
    def verb(self) -> Verb | None:
        return getattr(getattr(self, self.request.method.lower(), None), "verb", None)

    @property
    def actor(self):
        """The user who asks."""
        return self.request.user

    @property
    def params(self) -> dict[str, str]:
        """Query parameters; of duplicates the last one wins."""
        return self.request.GET.dict()

    def flag(self, name: str) -> bool:
        """A query parameter like ``force=true``."""
        return self.params.get(name, "").lower() == "true"

    def number(self, name: str) -> int | None:
        """A query parameter that is an id, None when it is absent. Raises Invalid (GEN-22)."""
        sent = self.params.get(name)
        if sent and not (sent.isascii() and sent.isdigit()):
            raise Invalid(f"{name}: must be a number.", code="GEN-22")
        return int(sent) if sent else None

    def words(self, name: str) -> list[str]:
        """A query parameter that is a comma separated list, like ``expand=last_task,privileges``."""
        return [word.strip().lower() for word in self.params.get(name, "").split(",") if word.strip()]

    def initial(self, request, *args, **kwargs) -> None:
        verb = self.verb
        if verb is None:
            return
        if not verb.public and request.user is None:
            raise exceptions.NotAuthenticated("Log in: send your name and password by HTTP Basic.")
        self.choice = choose_representation(
            request.headers.get("Accept"),
            verb.offered,
            self._types_here() if request.method != "GET" else frozenset(),
        )
        if verb.privilege and verb.privilege not in self.actor.privileges:
            raise PermissionRefused(f"This needs the privilege {verb.privilege}.")

    def options(self, request, *args, **kwargs) -> HttpResponse:
        """Which methods there are; asked for by browsers, hence without authentication."""
        return HttpResponse(status=200, headers={"Allow": ", ".join(self.allowed_methods)})

    def document(self) -> Document:
        """The body. Raises UnsupportedMediaType, or Invalid when it is no JSON object."""
        body = self.request.body
        if body.strip():
            body_type(self.request.headers.get("Content-Type"), self.verb.accepted, self._types_here())
        return Document.parse(body)

    def text(self) -> str:
        """A body of plain text, empty when there is none."""
        return self.request.body.decode("utf-8", "replace").strip()

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

    def choose(self, resource: Resource) -> None:
        """Answer with this resource, whichever one was negotiated; the version stays."""
        self.choice = Choice(resource.name, self.choice.syntax, self.choice.version)

    def answer(self, resource: Resource, row: Row, status: int = 200) -> HttpResponse:
        """One resource."""
        return self.send(resource.seen_by(self.actor).represent(row, self.base, self.choice.spelling), status)

    def created(self, resource: Resource, row: Row) -> HttpResponse:
        """201 with the new resource and its address in ``Location``."""
        response = self.answer(resource, row, 201)
        response["Location"] = resource.href(row, self.base)
        return response

    def page(self, queryset: QuerySet, resource: Resource) -> HttpResponse:
        """A page of a list, narrowed by the query parameters the resource's listing knows."""
        return self.send_page(self.read_page(queryset, resource), resource)

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
        key = f"{resource.name}|{self.actor.pk}|{self.request.path}|{told}"
        return paging.fetch(reader, paging.read_window(params, listing), key)

    def send_page(self, page: paging.Page, resource: Resource) -> HttpResponse:
        """Send what ``read_page`` read."""
        seen = resource.seen_by(self.actor)
        return self.send(paged_list(seen, page, self.address, self.base, self.choice))

    def whole(self, rows: Iterable[Row], resource: Resource) -> HttpResponse:
        """A list that isn't paged."""
        return self.send(whole_list(resource.seen_by(self.actor), rows, self.base, self.choice))

    def accepted(self, *task_paths: str, entity: str = "The request was accepted.") -> HttpResponse:
        """202 with one status link for each task."""
        links = [link("status", self.base + path, "task", "status") for path in task_paths]
        self.choice = Choice(ACCEPTED_REQUEST, version=self.choice.version)
        response = self.send({"links": links, "entity": entity}, 202)
        if task_paths:
            response["Location"] = self.base + task_paths[0]
        return response

    def nothing(self) -> HttpResponse:
        """204."""
        response = HttpResponse(status=204)
        del response["Content-Type"]
        return response

    def plain(self, text: str) -> HttpResponse:
        """A text/plain answer."""
        return HttpResponse(text, content_type="text/plain; charset=utf-8")

    def send(self, document: dict[str, Any], status: int = 200) -> HttpResponse:
        """A finished document in the negotiated representation."""
        body = _WRITERS[self.choice.syntax](document)
        response = HttpResponse(body, status=status, content_type=self.choice.content_type)
        response["Cache-Control"] = "no-store"
        return response

    @property
    def base(self) -> str:
        """What every address in an answer starts with."""
        return base_url(self.request)

    @property
    def address(self) -> str:
        """The absolute address of this request, with its query."""
        path = self.request.path.split("/api", 1)[-1].rstrip("/")
        query = self.request.META.get("QUERY_STRING", "")
        return f"{self.base}{path}?{query}" if query else self.base + path

    def task_path(self, operation_id) -> str | None:
        """Where a running operation of this view's resource is shown; None when it has no such place."""
        return None

    def handle_exception(self, exc: Exception) -> HttpResponse:
        """The error body for any exception; part of DRF's dispatch."""
        if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
            exc.status_code, exc.auth_header = 401, self.get_authenticate_header(self.request)
        told = errors.explain(
            exc,
            correlation_id=getattr(self.request, "correlation_id", ""),
            sees_private=self._sees_private(),
        )
        document: dict[str, Any] = {"collection": told.entries}
        running = self.task_path(exc.operation_id) if isinstance(exc, OperationInProgress) else None
        if running:
            document["links"] = [link("status", self.base + running, "task", "the running task")]
        self.choice = ERRORS
        response = self.send(document, told.status)
        for name, value in told.headers.items():
            response[name] = value
        if isinstance(exc, exceptions.MethodNotAllowed):
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def _sees_private(self) -> bool:
        try:
            actor = self.request.user
        except exceptions.APIException:
            return False
        return actor is not None and SEES_EVERYTHING in actor.privileges

    def _types_here(self) -> frozenset[str]:
        """Every type any method of this address speaks."""
        verbs = (getattr(getattr(self, name, None), "verb", None) for name in self.http_method_names)
        return frozenset(name for verb in verbs if verb for name in (*verb.offered, *verb.accepted))
