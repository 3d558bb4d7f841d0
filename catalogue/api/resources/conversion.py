"""Disks of templates in further formats. A conversion is found below the disk it was made of, and below its
template where that has one disk."""

from catalogue.api.format_words import dialect_format
from core.api.fields import integer, iso_millis, text
from core.api.listing import Filter, Listing, words
from core.api.resource import Link, Resource, Row
from operations.failures import words_of

_TEMPLATE = "template_disk__template"
_REPOSITORY = (
    "/admin/enterprises/{template_disk__template__enterprise_id}/datacenterrepositories"
    "/{template_disk__template__repository__datacenter_id}"
)
TEMPLATE_OF_CONVERSION = f"{_REPOSITORY}/virtualmachinetemplates/{{template_disk__template_id}}"


def _source(row: Row) -> str:
    return dialect_format(row["template_disk__format"], row["template_disk__variant"])


def _target(row: Row) -> str:
    return dialect_format(row["format"], row["variant"])


CONVERSION = Resource(
    name="conversion",
    collection="conversions",
    path="{owner_path}/conversions/{target}",
    fields=(
        integer("id"),
        text("sourceFormat", needs=("template_disk__format", "template_disk__variant"), show=_source),
        text("sourcePath", source="template_disk__path"),
        text("targetFormat", needs=("format", "variant"), show=_target, writes="target"),
        text("targetPath", source="path"),
        integer("targetSizeInBytes", source="file_size_bytes"),
        text("state", help="ENQUEUED, FINISHED, FAILED."),
        text("startTimestamp", source="began_at", show=iso_millis),
        text(
            "error",
            source="error_code",
            show=lambda code: f"{code}: {words_of(code)}" if code else None,
            help="Why it failed.",
        ),
    ),
    links=(
        Link("edit", ".", "conversion", titled_by="state"),
        Link(
            "datacenter", "/admin/datacenters/{template_disk__template__repository__datacenter_id}",
            "datacenter", titled_by="template_disk__template__repository__datacenter__name",
        ),
        Link(
            "enterprise", "/admin/enterprises/{template_disk__template__enterprise_id}", "enterprise"
        ),
        Link(
            "datacenterrepository", _REPOSITORY, "datacenterrepository",
            titled_by="template_disk__template__repository__name",
        ),
        Link(
            "virtualmachinetemplate", TEMPLATE_OF_CONVERSION, "virtualmachinetemplate",
            titled_by="template_disk__template__name",
        ),
        Link("disk", f"{TEMPLATE_OF_CONVERSION}/disks/{{template_disk_id}}", "disk", "disk"),
        Link("tasks", "./tasks", "tasks", "tasks"),
        Link(
            "lasttask", "{owner_path}/conversions/{target}/tasks/{last_task}", "task",
            titled_by="last_task", optional=True,
        ),
    ),
    listing=Listing(
        search=("path",),
        filters={"state": Filter("state__in", words, "ENQUEUED, FINISHED, FAILED.")},
    ),
    added=frozenset({"owner_path", "target", "last_task"}),
)  # fmt: skip
