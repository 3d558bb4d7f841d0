"""Blueprints: in the dialect each version is a resource of its own, and the first one their origin."""

from collections.abc import Callable
from typing import Any

from catalogue.blueprints import dialect
from catalogue.blueprints.content import content_of
from core.api.fields import Field, Kind, boolean, integer, iso_millis, text
from core.api.listing import Listing
from core.api.resource import Family, Link, Resource

SPEC_PATH = "/admin/enterprises/{blueprint__enterprise_id}/vappspecs/{id}"
SPEC_REFERENCES = (
    "/admin/enterprises/{enterprise}/vappspecs/{vappspec}",
    "/cloud/virtualdatacenters/{vdc}/vappspecs/{vappspec}",
)
VERSIONS = "virtualappliancespecs"


def _shown(part: Callable[..., list]) -> Callable[[Any], list]:
    return lambda content: part(content_of(content))


def _list(name: str, **options: Any) -> Field:
    return Field(name=name, kind=Kind.LIST, **options)


def _none_yet(name: str) -> Field:
    return _list(name, constant=[], help="Always empty: blueprints hold machines and private networks.")


SPEC = Resource(
    name="virtualappliancespec",
    collection=VERSIONS,
    path=SPEC_PATH,
    fields=(
        text("name", source="blueprint__name", writes="name", least=1, most=128),
        text("description", source="blueprint__description", writes="description", most=255),
        text("iconUrl", source="blueprint__icon", writes="icon", most=255),
        boolean(
            "defaultSpec",
            needs=("id", "blueprint_id", "blueprint__default_version_id"),
            show=lambda row: row["blueprint__default_version_id"] == row["id"],
            writes="is_default",
            help="The version that is used where none is named.",
        ),
        integer("version", source="number"),
        text("creationDate", source="created_at", show=iso_millis),
        text("creationUser", source="creator_name"),
        _list("virtualMachineSpecs", source="content", show=_shown(dialect.machines)),
        _list("virtualMachineTemplateSpecs", source="content", show=_shown(dialect.templates)),
        _list("networkSpecs", source="content", show=_shown(dialect.networks)),
        _none_yet("alertSpecs"),
        _none_yet("datastoreTierSpecs"),
        _none_yet("firewallPolicySpecs"),
        _none_yet("loadBalancersSpecs"),
        _none_yet("sslCertificates"),
        _none_yet("tierSpecs"),
    ),
    links=(
        Link("edit", ".", "virtualappliancespec", titled_by="blueprint__name"),
        Link(
            "enterprise",
            "/admin/enterprises/{blueprint__enterprise_id}",
            "enterprise",
            titled_by="blueprint__enterprise__name",
        ),
        Link("versions", ".", VERSIONS, "spec versions"),
        Link(
            "validate",
            "/cloud/virtualdatacenters/{vdc_id}/vappspecs/{id}/action/validate",
            "virtualappliancespecverification",
            "validate",
            optional=True,
        ),
        Link(
            "origin",
            "/admin/enterprises/{blueprint__enterprise_id}/vappspecs/{origin_id}",
            "virtualappliancespec",
            titled_by="blueprint__name",
            optional=True,
        ),
    ),
    families=(
        Family("scope", "scopes", "/admin/scopes/{id}", "scope", titled_by="name", numbered=False),
        Family(
            "datacenter",
            "datacenters",
            "/admin/datacenters/{id}",
            "datacenter",
            titled_by="name",
            numbered=False,
        ),
    ),
    listing=Listing(
        sorts={"name": "blueprint__name", "id": "id"},
        default_sort="name",
        search=("blueprint__name", "blueprint__description"),
    ),
    added=frozenset({"vdc_id", "origin_id"}),
)
