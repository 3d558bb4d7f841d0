"""What the log tells of a change: before and after by field."""

from typing import Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Before and after by field; of privileges only those that were taken and those that were given."""
    changes = {}
    for field in before | after:
        old, new = before.get(field), after.get(field)
        if field == "privileges":
            old, new = sorted(set(old or ()) - set(new or ())), sorted(set(new or ()) - set(old or ()))
            if not (old or new):
                continue
        if old != new:
            changes[field] = [old, new]
    return changes
