"""Rows of templates with what lies beside them: disks, and with whom they are shared; of conversions, their
tasks."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from catalogue.api.format_words import dialect_format
from catalogue.api.resources import TEMPLATE_DISK
from catalogue.api.resources.conversion import TEMPLATE_OF_CONVERSION
from catalogue.sagas.conversion import KIND as CONVERT_KIND
from catalogue.services.upload_tickets import appliance_manager_column, appliance_managers
from core.api.resource import Row
from operations.models import Operation
from tenants.models import Scope

OWN = ("template",)
# Whoever is offered a template learns neither the name of its owner nor of who made it.
UNNAMED = {"enterprise__name": "", "creator_name": ""}


def with_parts(actor: Any, templates: QuerySet, rows: list[Row]) -> list[Row]:
    """Add disks, scopes and addresses to rows of templates. ``templates``: the visible ones."""
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


def with_files(rows: list[Row], datacenter: str) -> list[Row]:
    """Rows with the appliance manager that sends their files; ``datacenter`` is a column of theirs."""
    found = appliance_managers(row[datacenter] for row in rows)
    for row in rows:
        row["appliance_manager"] = found.get(row[datacenter])
    return rows


def with_tasks(actor: Any, rows: list[Row], *, below_template: bool) -> list[Row]:
    """Rows of conversions with where each is found and its last task. ``below_template``: at the template's
    address, where that has one disk."""
    last = _last_tasks(actor, {row["template_disk__template_id"] for row in rows})
    for row in rows:
        template = TEMPLATE_OF_CONVERSION.format(**row)
        row["owner_path"] = template if below_template else f"{template}/disks/{row['template_disk_id']}"
        row["target"] = dialect_format(row["format"], row["variant"])
        row["last_task"] = last.get(row["id"])
    return rows


def _last_tasks(actor: Any, templates: set[int]) -> dict[int, Any]:
    """By conversion, the newest operation of those that converted it."""
    operations = Operation.objects.visible_to(actor).filter(
        resource_type="template", resource_id__in=templates, kind=CONVERT_KIND
    )
    found = operations.order_by("created_at").values_list("parameters", "id")
    return {parameters["conversion"]: pk for parameters, pk in found}


def _scopes_of(actor: Any, ids: list[int]) -> dict[int, list[Row]]:
    """By template, the scopes it is shared with that the actor knows."""
    found = defaultdict(list)
    known = Scope.objects.visible_to(actor).filter(templates__in=ids)
    for row in known.order_by("name").values("id", "name", "templates"):
        found[row["templates"]].append(row)
    return found


def _add_disks(templates: QuerySet, rows: list[Row]) -> None:
    columns = {column: f"disks__{column}" for column in TEMPLATE_DISK.columns if not column.startswith(OWN)}
    columns |= {"appliance_manager": "appliance_manager"}
    wanted = templates.filter(pk__in=[row["id"] for row in rows], disks__isnull=False)
    wanted = wanted.annotate(appliance_manager=appliance_manager_column("repository__datacenter_id"))
    found = list(wanted.order_by("disks__position").values_list("id", *columns.values()))
    for row in rows:
        owner = {
            "template_id": row["id"],
            "template__enterprise_id": row["enterprise_id"],
            "template__repository__datacenter_id": row["repository__datacenter_id"],
        }
        mine = [values for pk, *values in found if pk == row["id"]]
        row["disks"] = [owner | dict(zip(columns, values, strict=True)) for values in mine]
        row["appliance_manager"] = next((disk["appliance_manager"] for disk in row["disks"]), None)
