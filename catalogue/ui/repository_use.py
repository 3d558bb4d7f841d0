"""What takes the room of a repository: by enterprise, by template, and what is on its way. Reads only."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from catalogue.models import (
    Conversion,
    ConversionState,
    Package,
    Template,
    TemplateDisk,
    TemplateRepository,
    TemplateState,
    Upload,
)
from operations.models import Operation
from operations.ui.presenting import tasks_of

LARGEST = 20
MOST_ENTERPRISES = 200
MOST_ACTIVE = 200
PARTS = ("files", "converted", "packages", "kept")
TRANSFERS = ("template.", "upload.", "virtual_machine.instance")


def by_enterprise(actor: Any, repository: TemplateRepository) -> list[dict[str, Any]]:
    """One entry for each enterprise the actor reaches that takes room, the greatest first: bytes of files,
    of converted files, of packages, and those kept for what is being made or on its way."""
    lines: dict[int, dict[str, Any]] = {}
    for part, sums in _sums(actor, repository):
        for enterprise_id, name, size in sums:
            line = lines.setdefault(
                enterprise_id, {"name": name, "id": enterprise_id} | dict.fromkeys(PARTS, 0)
            )
            line[part] += int(size or 0)
    for line in lines.values():
        line["total"] = sum(line[part] for part in PARTS)
    greatest = sorted((line for line in lines.values() if line["total"]), key=lambda line: -line["total"])
    return greatest[:MOST_ENTERPRISES]


def _sums(actor: Any, repository: TemplateRepository) -> list[tuple[str, QuerySet]]:
    owned = Template.objects.visible_to(actor).owned_within(actor).filter(repository=repository).values("pk")
    disks = TemplateDisk.objects.visible_to(actor).filter(template_id__in=owned)
    conversions = Conversion.objects.visible_to(actor).exclude(state=ConversionState.FAILED)
    conversions = conversions.filter(template_disk__template_id__in=owned)
    packages = Package.objects.visible_to(actor).filter(template__repository=repository)
    uploads = Upload.objects.visible_to(actor).under_way().filter(repository=repository)
    there, making = disks.filter(state=TemplateState.DONE), disks.filter(state=TemplateState.IN_PROGRESS)
    of_disk, of_conversion = "template__enterprise", "template_disk__template__enterprise"
    return [
        ("files", _summed(there, of_disk, "file_size_bytes")),
        ("kept", _summed(making, of_disk, "file_size_bytes")),
        ("converted", _summed(conversions, of_conversion, "file_size_bytes")),
        ("kept", _summed(conversions, of_conversion, "reserved_bytes")),
        ("packages", _summed(packages, "enterprise", "file_size_bytes")),
        ("kept", _summed(uploads, "enterprise", "size_bytes")),
    ]


def _summed(rows: QuerySet, enterprise: str, column: str) -> QuerySet:
    named = rows.order_by().values_list(f"{enterprise}_id", f"{enterprise}__name")
    return named.annotate(size=Sum(column))


def largest_templates(actor: Any, repository: TemplateRepository) -> list[dict[str, Any]]:
    """The templates of the actor's reach that take most room, with the bytes of their files."""
    owned = Template.objects.visible_to(actor).owned_within(actor).filter(repository=repository)
    disks = TemplateDisk.objects.visible_to(actor).exclude(state=TemplateState.UNAVAILABLE)
    conversions = Conversion.objects.visible_to(actor).exclude(state=ConversionState.FAILED)
    packages = Package.objects.visible_to(actor)
    rows = owned.annotate(
        files=_of_template(disks, "template"),
        converted=_of_template(conversions, "template_disk__template"),
        packages_bytes=_of_template(packages, "template"),
    ).annotate(total=F("files") + F("converted") + F("packages_bytes"))
    columns = ("id", "name", "state", "enterprise__name", "files", "converted", "packages_bytes", "total")
    return list(rows.order_by("-total", "name").values(*columns)[:LARGEST])


def _of_template(rows: QuerySet, path: str) -> Coalesce:
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    return Coalesce(Subquery(mine.annotate(size=Sum("file_size_bytes")).values("size")), 0)


def sent_to(actor: Any, repository: TemplateRepository) -> list[Upload]:
    """What people are sending there; what an operation brings is among the tasks."""
    uploads = Upload.objects.visible_to(actor).under_way().filter(repository=repository)
    return list(uploads.filter(source_url="", source_path="").select_related("user", "enterprise")[:LARGEST])


def tasks_in(actor: Any, repository: TemplateRepository) -> list[dict[str, Any]]:
    """What runs there as far as the actor sees it: fetching, converting, copying, packing, deleting."""
    active = Operation.objects.visible_to(actor).filter(active_key__isnull=False).prefetch_related("steps")
    newest = active.order_by("-created_at")[:MOST_ACTIVE]
    active = [each for each in newest if each.kind.startswith(TRANSFERS)]
    templates = {_template_of(operation) for operation in active} - {None}
    uploads = {each.resource_id for each in active if each.resource_type == "upload"}
    here = Template.objects.visible_to(actor).filter(pk__in=templates, repository=repository)
    arriving = Upload.objects.visible_to(actor).filter(pk__in=uploads, repository=repository)
    known, coming = set(here.values_list("pk", flat=True)), set(arriving.values_list("pk", flat=True))
    found = [
        each for each in active
        if _template_of(each) in known or (each.resource_type == "upload" and each.resource_id in coming)
    ]  # fmt: skip
    return tasks_of(found, actor)


def _template_of(operation: Operation) -> int | None:
    named = operation.parameters.get("template")
    if isinstance(named, int):
        return named
    return operation.resource_id if operation.resource_type == "template" else None
