"""What a change changed: ``[before, after]`` by field, for the event that tells of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models


def assign(row: Any, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set attributes of a row; what differs from before, as data for JSON. Rows are told by their names.

    Never give it a secret: what it returns is kept for good.
    """
    changes = {}
    for field, after in values.items():
        before = getattr(row, field)
        if before != after:
            changes[field] = [_plain(before), _plain(after)]
            setattr(row, field, after)
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model | date):
        return str(value)
    return value
