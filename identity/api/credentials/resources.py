"""What programs sign in with, declared. Secrets are in the answer to their creation and nowhere else."""

from datetime import datetime

from core.api.errors import invalid
from core.api.fields import Field, Kind, boolean, integer, iso_millis, text
from core.api.listing import Filter, Listing
from core.api.resource import Link, Resource
from identity.models.credentials import DESCRIPTION_MOST, NAME_MOST

OWNER = "/admin/enterprises/{user__enterprise_id}/users/{user_id}"

APPLICATION = Resource(
    name="application",
    collection="applications",
    path=f"{OWNER}/applications/{{id}}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=NAME_MOST),
        text("description", writes="description", most=DESCRIPTION_MOST),
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
