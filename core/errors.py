"""Errors of the domain: a stable code, a sentence with numbers, and what to do about it.

Entry points turn them into pages and API bodies; nothing here knows HTTP beyond the status.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why something was decided so. ``code`` is stable; ``numbers`` are the figures behind the sentence.

    ``private`` reasons may be shown to administrators only.
    """

    code: str
    message: str
    remedy: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)
    private: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "remedy": self.remedy, "numbers": self.numbers}


class DomainError(Exception):
    """Something was asked that can't be done. ``reasons`` explain it, the first one being the headline."""

    code = "GEN-0"
    status = 400

    def __init__(
        self, message: str, *, code: str | None = None, remedy: str = "", reasons: tuple[Reason, ...] = ()
    ):
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.remedy = remedy
        self.reasons = reasons or (Reason(self.code, message, remedy),)


class Invalid(DomainError):
    """A value has the wrong shape or is out of range."""

    code = "GEN-2"
    status = 400


class PermissionRefused(DomainError):
    """The actor lacks a privilege."""

    code = "GEN-4"
    status = 403


class NotFound(DomainError):
    """The thing does not exist, or the actor must not learn that it does."""

    code = "404-NOT-FOUND"
    status = 404


class Conflict(DomainError):
    """The state of things forbids it now."""

    code = "409-CONFLICT"
    status = 409


class LimitExceeded(Conflict):
    """An allocation limit would be passed; ``soft`` ones may be forced.

    ``hidden`` are the numbers that were kept from the actor; ``subject`` is whose limit it is, for
    the event that tells administrators.
    """

    code = "LIMITS_EXCEEDED"

    def __init__(
        self, message: str, *, soft: bool = False, hidden: tuple[dict[str, Any], ...] = (), **kwargs
    ):
        super().__init__(message, **kwargs)
        self.soft = soft
        self.hidden = hidden
        self.subject: Any = None


class NoPlacement(Conflict):
    """No host fits. ``table`` is host x reason, for administrators only."""

    code = "DC-10"

    def __init__(self, message: str, *, table: tuple[dict[str, Any], ...] = (), **kwargs):
        super().__init__(message, **kwargs)
        self.table = table


class OperationInProgress(Conflict):
    """Another operation owns the resource; ``operation_id`` names it."""

    code = "VM-2"

    def __init__(self, message: str, *, operation_id, **kwargs):
        super().__init__(message, **kwargs)
        self.operation_id = operation_id
