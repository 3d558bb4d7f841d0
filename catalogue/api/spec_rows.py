"""Rows of versions of blueprints with what lies beside them: origin, scopes, locations."""

from collections import defaultdict
from typing import Any

from catalogue.models import BlueprintVersion
from core.api.resource import Row
from infrastructure.models import Datacenter
from tenants.models import Scope

# Whoever is offered a blueprint learns neither the name of its owner nor of who made it.
UNNAMED = {"blueprint__enterprise__name": "", "creator_name": ""}


def with_sharing(actor: Any, rows: list[Row], vdc_id: int | None = None) -> list[Row]:
    """Add, with three queries, what links need to rows that have a ``blueprint_id``; ``vdc_id``: where they
    can be validated."""
    ids = {row["blueprint_id"] for row in rows}
    first = dict(
        BlueprintVersion.objects.visible_to(actor)
        .filter(blueprint_id__in=ids)
        .order_by("-number")
        .values_list("blueprint_id", "id")
    )
    scopes = _by_blueprint(Scope.objects.visible_to(actor), ids)
    datacenters = _by_blueprint(Datacenter.objects.visible_to(actor), ids)
    for row in rows:
        row["vdc_id"] = vdc_id
        row["origin_id"] = first[row["blueprint_id"]] if first[row["blueprint_id"]] != row["id"] else None
        row["scopes"] = scopes[row["blueprint_id"]]
        row["datacenters"] = datacenters[row["blueprint_id"]]
        if not actor.reaches(row["blueprint__enterprise_id"]):
            row |= UNNAMED
    return rows


def _by_blueprint(known: Any, ids: set[int]) -> dict[int, list[Row]]:
    """By blueprint, those of the rows that the actor knows and it is linked to."""
    found = defaultdict(list)
    for row in known.filter(blueprints__in=ids).order_by("name").values("id", "name", "blueprints"):
        found[row["blueprints"]].append(row)
    return found
