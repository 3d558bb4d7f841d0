"""What the sign-in page shows of sign-in providers."""

from typing import Any

from django import template

from identity.federation.adapter import app_of
from identity.federation.choosing import offered

register = template.Library()


@register.inclusion_tag("identity/providers.html", takes_context=True)
def sign_in_providers(context: dict[str, Any], next_url: str = "") -> dict[str, Any]:
    """Buttons of the providers for everybody, and the field that finds the others."""
    request = context["request"]
    listed, has_others = offered()
    arguments = {"next": next_url} if next_url else {}
    buttons = [
        {"name": row.name, "url": app_of(row).get_provider(request).get_login_url(request, **arguments)}
        for row in listed
    ]
    return {
        "buttons": buttons, "has_others": has_others, "next_url": next_url,
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip
