"""Which actions open a dialog first."""

from django import template

from compute.ui.confirming import ASKS

register = template.Library()


@register.filter
def asks(action_name: str) -> bool:
    """Whether the action is confirmed in a dialog before it is done."""
    return action_name in ASKS
