"""How sessions and second factors look in the REST dialect."""

from core.api.fields import Field, Kind, integer, iso_millis, text
from core.api.resource import Link, Resource

SESSION = Resource(
    name="session",
    collection="sessions",
    path="/login/sessions/{id}/{user_id}",
    fields=(
        integer("id"),
        Field(name="key", source="id", show=str, help="Names the session here; it is no secret."),
        integer("idUser", source="user_id"),
        text("nick", source="user__nick"),
        text("authType", source="user__auth_type"),
        Field(name="expirationDate", source="expires_at", show=iso_millis),
    ),
    links=(
        Link(
            "user",
            "/admin/enterprises/{user__enterprise_id}/users/{user_id}",
            "user",
            titled_by="user__nick",
        ),
        Link(
            "enterprise",
            "/admin/enterprises/{user__enterprise_id}",
            "enterprise",
            titled_by="user__enterprise__name",
        ),
    ),
)

PROVIDER = Resource(
    name="twofactorauthprovider",
    collection="twofactorauthproviders",
    path="",
    fields=(text("type", writes="type", required=True, help="GOOGLE_AUTHENTICATOR or EMAIL."),),
)

CREDENTIALS = Resource(
    name="twofactorauthcredentials",
    collection="twofactorauthcredentialslist",
    path="",
    fields=(
        text("provider"),
        text("authenticatorURL", source="authenticator_url"),
        Field(name="scratchCodes", source="scratch_codes", kind=Kind.LIST),
    ),
)
