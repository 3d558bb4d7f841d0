"""A service's refusal beside the field it is about; what is about no field stands above the form."""

from typing import Any

from django import forms
from django.http import HttpRequest

from core.errors import DomainError
from core.ui.faults import fault_of

FIELDS = {
    "USER-4": "nick",
    "USER-13": "nick",
    "USER-5": "email",
    "USER-11": "password",
    "USER-18": "role",
    "USER-20": "role",
    "USER-19": "scope",
    "SCOPE-15": "scope",
    "USER-14": "restricted",
    "USER-24": "virtual_datacenters",
    "ROLE-6": "name",
    "ROLE-7": "name",
    "ROLE-9": "name",
    "ROLE-10": "enterprise",
    "ROLE-15": "name",
    "ROLELDAP-1": "external_names",
}
PASSWORD = "PSW-"


def told_beside(
    form: forms.Form, error: DomainError, request: HttpRequest, what: str
) -> dict[str, Any] | None:
    """Add the error to its field and answer None; else the panel to show above the form."""
    field = "password" if error.code.startswith(PASSWORD) else FIELDS.get(error.code, "")
    if field not in form.fields:
        return fault_of(error, request, what=what)
    for reason in error.reasons:
        form.add_error(field, f"{reason.message} {reason.remedy or error.remedy}".strip())
    return None
