"""Domain errors as the error panel shows them: what happened, why with numbers, what to do, code."""

from typing import Any

from django.http import HttpRequest

from core.errors import DomainError, NoPlacement


def fault_of(error: DomainError, request: HttpRequest, *, what: str) -> dict[str, Any]:
    """The panel's values. Private reasons and the table of hosts are for administrators of infrastructure."""
    actor = request.user
    sees_private = "PHYS_DC_RETRIEVE_DETAILS" in getattr(actor, "privileges", ())
    reasons = [reason for reason in error.reasons if sees_private or not reason.private]
    return {
        "what": what,
        "why": error.message,
        "more": [reason.message for reason in reasons if reason.message != error.message],
        "limits": [reason.numbers for reason in reasons if "hard" in reason.numbers],
        "hosts": getattr(error, "table", ()) if isinstance(error, NoPlacement) and sees_private else (),
        "remedy": error.remedy or next((reason.remedy for reason in reasons if reason.remedy), ""),
        "code": error.code,
        "correlation_id": getattr(request, "correlation_id", ""),
    }
