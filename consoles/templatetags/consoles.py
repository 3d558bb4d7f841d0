"""The words for every way a console can end, for the console's script."""

from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from consoles.endings import ADVICE, CONNECTION_LOST, Advice

register = template.Library()


@register.simple_tag
def console_advice() -> SafeString:
    """A JSON script: advice by close code, and under ``lost`` for an end nobody explained."""
    words: dict[str, Any] = {str(int(ending)): _plain(advice) for ending, advice in ADVICE.items()}
    return json_script(words | {"lost": _plain(CONNECTION_LOST)}, "console-advice")


def _plain(advice: Advice) -> dict[str, Any]:
    return {
        "title": str(advice.title),
        "help": str(advice.help),
        "icon": advice.icon,
        "reconnects": advice.reconnects,
    }
