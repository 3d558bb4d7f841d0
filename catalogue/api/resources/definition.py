"""Remote repositories (template definition lists) and what they offer."""

from typing import Any

from core.api.fields import Field, Kind, integer, text
from core.api.listing import Filter, Listing
from core.api.resource import Embedded, Link, Resource, Row

APPSLIB = "/admin/enterprises/{enterprise_id}/appslib"
LISTS = f"{APPSLIB}/templateDefinitionLists"
LIST_REFERENCE = "/admin/enterprises/{enterprise}/appslib/templateDefinitionLists/{list}"
DEFINITION_REFERENCE = "/admin/enterprises/{enterprise}/appslib/templateDefinitions/{definition}"
CATEGORY_REFERENCE = "/config/categories/{category}"


def _disks(disks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_disk(each) for each in disks]


def _disk(disk: dict[str, Any]) -> dict[str, Any]:
    told = {
        "label": disk.get("label"),
        "diskFormatType": disk.get("format"),
        "diskFileSize": disk.get("file_size_bytes"),
        "hdRequired": disk.get("virtual_size_bytes"),
    }
    return {name: value for name, value in told.items() if value} | {"links": []}


def _first(name: str) -> Any:
    def show(row: Row) -> Any:
        return next((disk.get(name) for disk in row["disks"] if disk.get(name)), None)

    return show


TEMPLATE_DEFINITION = Resource(
    name="templatedefinition",
    collection="templatedefinitions",
    path=f"{APPSLIB}/templateDefinitions/{{id}}",
    fields=(
        integer("id"),
        text("name", writes="name", most=128),
        text("description", writes="description", most=255),
        text("url", writes="url", required=True, least=1, most=500),
        text("iconUrl", source="icon_url", writes="icon_url", most=500),
        text("osType", source="os_type", show=lambda name: name or "UNRECOGNIZED", writes="os_type", most=32),
        text("productName", source="product_name", writes="product_name", most=128),
        text("productUrl", source="product_url", writes="product_url", most=255),
        text("productVendor", source="product_vendor", writes="product_vendor", most=128),
        text("productVersion", source="product_version", writes="product_version", most=64),
        text("diskFormatType", needs=("disks",), show=_first("format")),
        integer("diskFileSize", needs=("disks",), show=_first("file_size_bytes"), help="Bytes."),
        Field(
            name="templateDefinitionDisks",
            kind=Kind.LIST,
            source="disks",
            show=_disks,
            writes="disks",
            help="Of each diskFormatType, diskFileSize and hdRequired (bytes), label.",
        ),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link(
            "category",
            "/config/categories/{category_id}",
            "category",
            titled_by="category__name",
            optional=True,
        ),
        Link(
            "templateDefinitionList",
            f"{LISTS}/{{definition_list_id}}",
            "templatedefinitionlist",
            titled_by="definition_list__name",
            optional=True,
        ),
        Link("edit", ".", "templatedefinition", titled_by="name"),
        Link("repositoryStatus", "./actions/repositoryStatus", "templatestate", "repository status"),
    ),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        search=("name", "description", "product_name"),
        filters={"name": Filter("name", str, "Only this name.")},
    ),
)

TEMPLATE_DEFINITION_LIST = Resource(
    name="templatedefinitionlist",
    collection="templatedefinitionlists",
    path=f"{LISTS}/{{id}}",
    fields=(
        integer("id"),
        text("name", writes="name", most=128),
        text("url", writes="url", most=500),
    ),
    links=(
        Link("enterprise", "/admin/enterprises/{enterprise_id}", "enterprise", titled_by="enterprise__name"),
        Link("edit", ".", "templatedefinitionlist", titled_by="name"),
        Link("repositoryStatus", "./actions/repositoryStatus", "templatestates", "repository status"),
    ),
    embedded=(Embedded("templateDefinitions", TEMPLATE_DEFINITION, "definitions"),),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name", search=("name",)),
)

TEMPLATE_STATE = Resource(
    name="templatestate",
    collection="templatestates",
    path="",
    fields=(
        text("ovfId", help="The definition's address."),
        text("status", help="NOT_DOWNLOAD, DOWNLOADING, DOWNLOAD, ERROR."),
        integer("downloadingProgress", help="Percent, while it is downloaded."),
        text("errorCause"),
    ),
    added=frozenset({"ovfId", "status", "downloadingProgress", "errorCause"}),
)
