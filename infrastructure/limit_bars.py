"""What is in use of limits, for bars on pages. Reads only."""

from typing import Any

from tenants.limits import resources_of
from tenants.usage import Extent, held


def limit_bars(limits: Any, extent: Extent, *, whole: bool = False) -> list[dict[str, Any]]:
    """One entry for each resource of a row with limits, as the tag ``limit_bar`` takes it.

    Without ``whole`` resources that are neither limited nor used are left out. What is used has
    what is being deployed in it.
    """
    resources = resources_of(limits)
    used = held(extent, resources)
    bars = [
        {
            "resource": resource,
            "used": getattr(used, resource),
            "soft": getattr(limits, f"{resource}_soft"),
            "hard": getattr(limits, f"{resource}_hard"),
        }
        for resource in resources
    ]
    return bars if whole else [bar for bar in bars if bar["used"] or bar["soft"] or bar["hard"]]
