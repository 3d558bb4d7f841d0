"""The locations that templates can be brought to."""

from typing import Any

from django.db.models import QuerySet

from infrastructure.models import Datacenter


def repositories_of(actor: Any) -> QuerySet[Datacenter]:
    """Those of the user's enterprise, by name."""
    return Datacenter.objects.usable_by(actor).order_by("name")
