"""What programs sign in with, declared. Secrets are in the answer to their creation and nowhere else."""

from datetime import datetime
from typing import Any

from core.api.errors import invalid
from core.api.fields import Field, Kind, boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing
from core.api.resource import Family, Link, Resource, Row
from identity.models.credentials import DESCRIPTION_MOST, NAME_MOST
from tenants.models import Privilege

OWNER = "/admin/enterprises/{user__enterprise_id}/users/{user_id}"

APPLICATION = Resource(
    name="application",
    collection="applications",
    path=f"{OWNER}/applications/{{id}}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=NAME_MOST),
        text("description", writes="description", most=DESCRIPTION_MOST),
        Field(
            name="privileges",
            kind=Kind.LIST,
            writes="privileges",
            help="Names; absent: all that the role holds. Links 'privilege' say the same.",
        ),
        text("apiKey", source="api_key"),
        text(
            "apiSecret",
            needs=("id",),
            show=lambda row: row.get("secret"),
            help="Only in the answer to the creation.",
        ),
    ),
    links=(
        Link("self", ".", "application", titled_by="name"),
        Link("edit", ".", "application", titled_by="name"),
        Link("user", OWNER, "user", titled_by="user__nick"),
    ),
    families=(Family("privilege", "bounds", "/config/privileges/{id}", "privilege", "name", numbered=False),),
    listing=Listing(
        sorts={"name": "name", "id": "id"},
        default_sort="name",
        search=("name", "description"),
        filters={"oauth_token": Filter("request_tokens__key", help="Which asked with this request token.")},
    ),
)

PERSONAL_TOKEN = Resource(
    name="personaltoken",
    collection="personaltokens",
    path=f"{OWNER}/personaltokens/{{id}}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=NAME_MOST),
        boolean("readOnly", source="read_only", writes="read_only"),
        Field(
            name="privileges",
            kind=Kind.LIST,
            writes="privileges",
            help="Names; absent: all that the role holds.",
        ),
        text(
            "expirationDate",
            source="expires_at",
            show=iso_millis,
            writes="expires_at",
            help="By default 90 days.",
        ),
        text("creationDate", source="created_at", show=iso_millis),
        text("lastUseDate", source="last_used_at", show=iso_millis),
        text(
            "token",
            needs=("id",),
            show=lambda row: row.get("secret"),
            help="Only in the answer to the creation.",
        ),
    ),
    links=(
        Link("self", ".", "personaltoken", titled_by="name"),
        Link("edit", ".", "personaltoken", titled_by="name"),
        Link("user", OWNER, "user", titled_by="user__nick"),
    ),
    listing=Listing(sorts={"name": "name", "id": "id"}, default_sort="name"),
)


def application_values(values: dict, linked: list[str]) -> dict:
    """What was read of a body, with the privileges it links to."""
    sent = linked or values.get("privileges")
    return values if sent is None else values | {"privileges": [str(each) for each in sent]}


def with_bounds(rows: list[Row], actor: Any) -> list[Row]:
    """Applications with the privileges that bound them."""
    names = {name for row in rows for name in row["privileges"] or ()}
    known = Privilege.objects.visible_to(actor).filter(name__in=names).order_by("name") if names else ()
    bounds = [{"id": each.pk, "name": each.name} for each in known]
    for row in rows:
        row["bounds"] = [each for each in bounds if each["name"] in (row["privileges"] or ())]
    return rows


def token_values(values: dict) -> dict:
    """What was read of a body, with the end as a moment. Raises Invalid."""
    if "expires_at" in values:
        values["expires_at"] = _moment(values["expires_at"])
    if "privileges" in values:
        values["privileges"] = [str(each) for each in values["privileges"]]
    return values


def _moment(sent: str) -> datetime:
    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid("expirationDate", "must be like 2030-01-31T12:00:00.000+0000.")
    return moment
