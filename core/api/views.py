"""The base of every view of the dialect: who, what, which shape. The meaning is in services.

A view declares each method with ``@speaks``, finds rows as in ``fetching`` and ends with one
of the answers of ``answering``.
"""

from typing import Any

from django.http import HttpResponse
from rest_framework import exceptions
from rest_framework.views import APIView

from core.api import errors
from core.api.answering import Answering
from core.api.asking import Asking
from core.api.fetching import Fetching
from core.api.links import link
from core.api.negotiation import Choice, choose_representation
from core.api.schema import DialectSchema
from core.errors import OperationInProgress, PermissionRefused

ERRORS = Choice("errors")
SEES_EVERYTHING = "PHYS_DC_RETRIEVE_DETAILS"
LARGEST_ID = 2**63 - 1


class DialectView(Asking, Fetching, Answering, APIView):
    """Every address of the API."""

    schema = DialectSchema()
    permission_classes = ()

    def initial(self, request, *args, **kwargs) -> None:
        verb = self.verb
        if verb is None:
            return
        if not verb.public and request.user is None:
            raise exceptions.NotAuthenticated("Log in: send your name and password by HTTP Basic.")
        self.choice = choose_representation(
            request.headers.get("Accept"),
            verb.offered,
            self.types_here() if request.method != "GET" else frozenset(),
        )
        if any(isinstance(each, int) and each > LARGEST_ID for each in kwargs.values()):
            raise self.missing("404-NOT-FOUND")
        if verb.privilege and verb.privilege not in self.actor.privileges:
            raise PermissionRefused(f"This needs the privilege {verb.privilege}.")

    def options(self, request, *args, **kwargs) -> HttpResponse:
        """Which methods there are; asked for by browsers, hence without authentication."""
        return HttpResponse(status=200, headers={"Allow": ", ".join(self.allowed_methods)})

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
