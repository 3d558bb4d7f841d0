"""How a view ends: a resource, a page, 201, 202, 204, in the negotiated representation."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from core.api import paging
from core.api.collections import paged_list, whole_list
from core.api.links import base_url, link
from core.api.negotiation import Choice
from core.api.resource import Resource, Row

ACCEPTED_REQUEST = "acceptedrequest"
_WRITERS = {"json": lambda document: orjson.dumps(document, default=str)}


class Answering:
    """Mixed into views; ``choice`` is the representation negotiated for the request."""

    request: HttpRequest
    actor: Any
    choice: Choice = Choice("error")

    def choose(self, resource: Resource) -> None:
        """Answer with this resource, whichever one was negotiated; the version stays."""
        self.choice = Choice(resource.name, self.choice.syntax, self.choice.version)

    def answer(self, resource: Resource, row: Row, status: int = 200) -> HttpResponse:
        """One resource."""
        seen = resource.seen_by(self.actor)
        return self.send(seen.represent_all((row,), self.base, self.choice.spelling)[0], status)

    def created(self, resource: Resource, row: Row) -> HttpResponse:
        """201 with the new resource and its address in ``Location``."""
        response = self.answer(resource, row, 201)
        response["Location"] = resource.href(row, self.base)
        return response

    def page(self, queryset: QuerySet, resource: Resource) -> HttpResponse:
        """A page of a list, narrowed by the query parameters the resource's listing knows."""
        return self.send_page(self.read_page(queryset, resource), resource)

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
