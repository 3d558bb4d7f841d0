"""The virtual datacenters that rights speak of. They lie above this package, so they are found by name."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet


def virtual_datacenters(actor: Any) -> QuerySet:
    """Those the actor sees; every one for the platform itself (None)."""
    rows = apps.get_model("compute", "VirtualDatacenter").objects
    return rows.all() if actor is None else rows.visible_to(actor)
