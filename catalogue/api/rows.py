"""Rows of templates with what lies beside them: disks, and with whom they are shared."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from catalogue.api.resources import TEMPLATE_DISK
from core.api.resource import Row
from tenants.models import Scope

OWN = ("template",)
# Whoever is offered a template learns neither the name of its owner nor of who made it.
UNNAMED = {"enterprise__name": "", "creator_name": ""}


def with_parts(actor: Any, templates: QuerySet, rows: list[Row]) -> list[Row]:
    """Add their disks and scopes to rows of templates, with two queries. ``templates``: the visible ones."""
    _add_disks(templates, rows)
    scopes = _scopes_of(actor, [row["id"] for row in rows])
    for row in rows:
        row["scopes"] = scopes[row["id"]]
        known = actor.reaches(row["enterprise_id"])
        row["offered"] = row["shared"] or bool(row["scopes"]) or not known
        if not known:
            row |= UNNAMED
        if row["master_id"] and not actor.reaches(row["master__enterprise_id"]):
            row["master_id"] = None
    return rows


def _scopes_of(actor: Any, ids: list[int]) -> dict[int, list[Row]]:
    """By template, the scopes it is shared with that the actor knows."""
    found = defaultdict(list)
    known = Scope.objects.visible_to(actor).filter(templates__in=ids)
    for row in known.order_by("name").values("id", "name", "templates"):
        found[row["templates"]].append(row)
    return found


def _add_disks(templates: QuerySet, rows: list[Row]) -> None:
    columns = {column: f"disks__{column}" for column in TEMPLATE_DISK.columns if not column.startswith(OWN)}
    wanted = templates.filter(pk__in=[row["id"] for row in rows], disks__isnull=False)
    found = list(wanted.order_by("disks__position").values_list("id", *columns.values()))
    for row in rows:
        owner = {
            "template_id": row["id"],
            "template__enterprise_id": row["enterprise_id"],
            "template__repository__datacenter_id": row["repository__datacenter_id"],
        }
        mine = [values for pk, *values in found if pk == row["id"]]
        row["disks"] = [owner | dict(zip(columns, values, strict=True)) for values in mine]
