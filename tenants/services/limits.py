"""Changing limits: what the new values must obey, whichever level they belong to."""

from collections.abc import Mapping
from typing import Any

from core.errors import LimitExceeded
from tenants.limits import check_against_use, field_names, resources_of, well_formed
from tenants.usage import Extent, held


def set_limits(
    row: Any, given: Mapping[str, Any], *, extent: Extent, codes: tuple[str, str], of: Any
) -> dict:
    """Put the limit fields among ``given`` into the row, which the caller has locked and saves.

    What is not given (or None) stays. ``codes`` are those of a hard limit below what is in use, with
    and without numbers; ``of`` is the enterprise whose limits they are. Returns what changed as
    ``[before, after]`` by field. Raises Invalid, LimitExceeded.
    """
    resources = resources_of(row)
    names = field_names(resources)
    asked = {name: given[name] for name in names if given.get(name) is not None}
    if not asked:
        return {}
    before = {name: getattr(row, name) for name in names}
    after = well_formed(_with_soft(before) | asked, resources)
    if row.pk is not None:
        limited = [resource for resource in resources if after[f"{resource}_hard"]]
        try:
            check_against_use(row, after, held(extent, limited), codes=codes)
        except LimitExceeded as error:
            error.subject = of
            raise
    for name, value in after.items():
        setattr(row, name, value)
    return {name: [before[name], after[name]] for name in names if before[name] != after[name]}


def _with_soft(values: dict[str, int]) -> dict[str, int]:
    """Stored values with a soft limit beside each hard one; older rows may have none."""
    hard = {name: value for name, value in values.items() if name.endswith("_hard")}
    mended = {f"{name.removesuffix('hard')}soft": value for name, value in hard.items()}
    return {name: value or mended.get(name, 0) for name, value in values.items()}
