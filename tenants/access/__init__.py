"""The one place that decides whether somebody may do something to something, and says why not."""

from tenants.access.deciding import MANAGES_RESTRICTED, Decision, may, may_somewhere, possible, require
from tenants.access.explaining import Finding, explain
from tenants.access.places import Place, place_of

__all__ = [
    "MANAGES_RESTRICTED",
    "Decision",
    "Finding",
    "Place",
    "explain",
    "may",
    "may_somewhere",
    "place_of",
    "possible",
    "require",
]
