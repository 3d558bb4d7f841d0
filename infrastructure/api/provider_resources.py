"""Hypervisor types and what enterprises sign in with at public clouds, in the REST dialect."""

from typing import Any

from core.api.fields import Field, Kind, integer, text
from core.api.resource import Link, Resource, Row
from infrastructure.hypervisor_types import TYPES
from infrastructure.services.cloud_credentials import ACCESS_LENGTH, KEY_LENGTH

TYPE_PATH = "/config/hypervisortypes/{name}"


def _controllers(row: Row) -> list[str]:
    return [] if row["public"] else ["VIRTIO"]


HYPERVISOR_TYPE = Resource(
    name="hypervisortype",
    collection="hypervisortypes",
    path=TYPE_PATH,
    fields=(
        text("name"),
        text("realName", source="title"),
        text("baseFormat", source="formats", show=lambda formats: formats[0]),
        Field(name="compatibilityTable", kind=Kind.LIST, source="formats", show=list),
        Field(
            name="constraints",
            kind=Kind.OBJECT,
            source="public",
            show=lambda public: {
                "host_ip": "NO_APPLICABLE" if public else "MANDATORY",
                "provider_credentials": "MANDATORY" if public else "NO_APPLICABLE",
            },
            help="Which addresses and credentials apply.",
        ),
        Field(name="diskControllerTypes", kind=Kind.LIST, needs=("public",), show=_controllers),
        Field(name="diskcontrollerTypes", kind=Kind.LIST, needs=("public",), show=_controllers),
        Field(name="operations", kind=Kind.OBJECT, constant={}, help="Always empty: nothing is told here."),
    ),
    links=(
        Link("self", ".", "hypervisortype", titled_by="title"),
        Link("checkcredentials", "./action/checkcredentials", "publiccloudcredentials", "checkcredentials"),
        Link("regions", "./regions", "regions", "regions"),
    ),
)

REGION = Resource(
    name="region",
    collection="regions",
    path="/config/hypervisortypes/{type}/regions/{name}",
    fields=(text("name"), text("endpoint")),
)

CLOUD_CREDENTIALS = Resource(
    name="publiccloudcredentials",
    collection="publiccloudcredentialslist",
    path="/admin/enterprises/{enterprise_id}/credentials/{id}",
    fields=(
        integer("id"),
        text("access", writes="access", required=True, most=ACCESS_LENGTH),
        text(
            "key",
            writes="key",
            required=True,
            most=KEY_LENGTH,
            written_only=True,
            help="The secret. It is never answered.",
        ),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("edit", ".", "publiccloudcredentials", "edit public cloud credentials"),
        Link("hypervisortype", "/config/hypervisortypes/{provider}", "hypervisortype", titled_by="provider"),
    ),
)


def type_row(name: str) -> dict[str, Any]:
    """The row of a hypervisor type. Raises KeyError for one that nobody knows."""
    facts = TYPES[name]
    return {
        "name": str(facts.name),
        "title": facts.title,
        "formats": facts.formats,
        "public": facts.public,
    }
