"""Passing soft limits by REST: the query parameters ``force``, ``forceReason`` and ``forceUntil``."""

from collections.abc import Mapping

from tenants.limits import Force, asked_force

FORCE = {
    "force": "true passes soft limits.",
    "forceReason": "Why, kept with who passed them.",
    "forceUntil": "An ISO date: then the enterprise is told if the limits are still passed.",
}


def forced(params: Mapping[str, str], *, otherwise: bool = False) -> bool | Force:
    """What the query parameters ask for; ``otherwise`` when something else asked already.

    Raises Invalid for a ``forceUntil`` that is no date or is past.
    """
    asked = otherwise or params.get("force", "").lower() == "true"
    return asked_force(asked, reason=params.get("forceReason", ""), until=params.get("forceUntil", ""))
