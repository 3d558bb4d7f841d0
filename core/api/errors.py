"""Error bodies: every exception becomes ``{"collection": [{"code", "message"}]}`` of one class of errors.

Nothing unexpected is told to the client but a correlation id, which also stands in the log.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions

from core.errors import DomainError, Invalid, Reason

logger = logging.getLogger(__name__)

CLASS_ORDER = (500, 403, 404, 400, 409, 503)
CODES = {
    400: "400-BAD-REQUEST",
    401: "401-UNAUTHORIZED",
    403: "403-FORBIDDEN",
    404: "404-NOT-FOUND",
    405: "405-METHOD-NOT-ALLOWED",
    406: "406-NOT-ACCEPTABLE",
    409: "409-CONFLICT",
    413: "413-REQUEST-ENTITY-TOO-LARGE",
    415: "415-UNSUPPORTED-MEDIA-TYPE",
    429: "429-TOO-MANY-REQUESTS",
    500: "500-INTERNAL-SERVER-ERROR",
    503: "503-SERVICE-UNAVAILABLE",
}


class NotAcceptable(DomainError):
    code = "406-NOT-ACCEPTABLE"
    status = 406


class UnsupportedMediaType(DomainError):
    code = "415-UNSUPPORTED-MEDIA-TYPE"
    status = 415


class Refused(exceptions.APIException):
    """A domain error met while finding out who asks, where the framework wants an exception of its own."""

    def __init__(self, problem: DomainError):
        super().__init__(problem.message)
        self.problem = problem
        self.status_code = problem.status


class Problems(Exception):
    """Several things are wrong at once; only the first class of them in CLASS_ORDER is told."""

    def __init__(self, problems: list[DomainError]):
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass
class ErrorAnswer:
    """What is sent: the status, the entries, and headers that belong to the status."""

    status: int
    entries: list[dict[str, Any]]
    headers: dict[str, str] = field(default_factory=dict)


def invalid(property_name: str, sentence: str) -> Invalid:
    """A shape error of one property of the body; the message names it."""
    return Invalid(f"{property_name}: {sentence}", code="GEN-2")


def explain(error: Exception, *, correlation_id: str, sees_private: bool) -> ErrorAnswer:
    """The answer for an exception. ``sees_private`` adds what only administrators may read."""
    if isinstance(error, Problems):
        return _first_class(error, sees_private)
    if isinstance(error, Refused):
        error = error.problem
    if isinstance(error, DomainError):
        return ErrorAnswer(error.status, _entries(error, sees_private))
    if isinstance(error, exceptions.APIException):
        return _protocol_error(error)
    status = _status_of(error)
    if status == 500:  # noqa: PLR2004
        logger.error("unexpected error, correlation id %s", correlation_id, exc_info=error)
        sentence = _("Something went wrong on our side. Please tell your administrator this number: %s")
        return ErrorAnswer(500, [_entry(CODES[500], sentence % correlation_id)])
    return ErrorAnswer(status, [_entry(CODES[status], _SENTENCES[status])])


_SENTENCES = {
    400: "The request can't be understood.",
    403: "You may not do this.",
    404: "There is no such thing here.",
    413: "The request is too large.",
}


def _status_of(error: Exception) -> int:
    kinds = (
        (Http404, 404),
        (PermissionDenied, 403),
        (RequestDataTooBig, 413),
        (SuspiciousOperation, 400),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 500)


def _entry(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": str(message)}


def _entries(error: DomainError, sees_private: bool) -> list[dict[str, Any]]:
    """The headline first, then the reasons a client may see, each with its figures."""
    told = [reason for reason in error.reasons if sees_private or not reason.private]
    headline = _entry(error.code, f"{error.message} {error.remedy}".strip())
    if told and told[0].message == error.message:
        headline |= _numbers(told.pop(0))
    table = getattr(error, "table", ())
    if table and sees_private:
        headline["table"] = list(table)
    others = [_entry(each.code, f"{each.message} {each.remedy}".strip()) | _numbers(each) for each in told]
    return [headline, *others]


def _numbers(reason: Reason) -> dict[str, Any]:
    return {"numbers": reason.numbers} if reason.numbers else {}


def _first_class(error: Problems, sees_private: bool) -> ErrorAnswer:
    for status in CLASS_ORDER:
        same = [problem for problem in error.problems if problem.status == status]
        if same:
            return ErrorAnswer(status, [entry for each in same for entry in _entries(each, sees_private)])
    first = error.problems[0]
    return ErrorAnswer(first.status, _entries(first, sees_private))


def _protocol_error(error: exceptions.APIException) -> ErrorAnswer:
    status = error.status_code
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait))
    detail = error.detail if isinstance(error.detail, str) else str(error.detail)
    return ErrorAnswer(status, [_entry(CODES.get(status, CODES[400]), detail)], headers)
