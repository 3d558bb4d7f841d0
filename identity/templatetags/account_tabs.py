"""The tabs of "My account" for pages of apps that do not know this one."""

from typing import Any

from django import template

from identity.ui.tabs import tabs_for

register = template.Library()


@register.simple_tag(takes_context=True)
def account_tabs(context: dict[str, Any]) -> list[dict[str, Any]]:
    """What ``identity/base.html`` shows as ``tabs``."""
    return tabs_for(context["request"])
