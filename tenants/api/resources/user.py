"""Users in the REST dialect."""

from django.utils import timezone

from core.api.fields import Field, Kind, boolean, integer, text
from core.api.listing import Filter, Listing, whole_number
from core.api.resource import Embedded, Family, Link, Resource
from tenants.api.resources.access import PRIVILEGE, ROLE
from tenants.api.resources.enterprise import ENTERPRISE


def _truth(value: str) -> bool:
    """``true`` or ``false`` in a query. Raises ValueError."""
    known = {"true": True, "false": False}
    if value.lower() not in known:
        raise ValueError(value)
    return known[value.lower()]


USER_FIELDS = (
    integer("id"),
    text("nick", writes="nick"),
    text("name", writes="name"),
    text("surname", writes="surname"),
    text("email", writes="email"),
    text("locale", writes="locale"),
    boolean("active", source="is_active", writes="is_active"),
    text("authType", source="auth_type"),
    boolean(
        "firstLogin",
        source="must_change_password",
        writes="must_change_password",
        help="The password is to be changed at the next sign-in.",
    ),
    boolean(
        "locked",
        needs=("locked_until",),
        show=lambda row: bool(row["locked_until"] and row["locked_until"] > timezone.now()),
    ),
    text("description", writes="description"),
    Field(
        name="allowedCidrs",
        kind=Kind.LIST,
        source="allowed_networks",
        writes="allowed_networks",
        help="Networks the user may come from; empty: from anywhere.",
    ),
)
USER_LINKS = (
    Link("enterprise", "/admin/enterprises/{works_in_id}", "enterprise", titled_by="enterprise__name"),
    Link("role", "/admin/roles/{role_id}", "role", titled_by="role__name"),
    Link("scope", "/admin/scopes/{scope_id}", "scope", titled_by="scope__name", optional=True),
    Link("edit", ".", "user", titled_by="nick"),
    Link("virtualmachines", "./action/virtualmachines", "virtualmachines", "virtual machines"),
    Link("pendingtasks", "./action/pendingtasks", "tasks", "pending tasks"),
    Link("applications", "./applications", "applications", "applications"),
    Link("personaltokens", "./personaltokens", "personaltokens", "personal access tokens"),
)
LISTING = Listing(
    sorts={"nick": "nick", "name": "name", "surname": "surname", "id": "id"},
    default_sort="nick",
    search=("nick", "name", "surname", "email"),
    filters={
        "idRole": Filter("role_id", whole_number, "Users with this role."),
        "activated": Filter("is_active", _truth, "Only active users, or only those switched off."),
    },
)
WORKPLACE = frozenset({"works_in_id"})
PATH = "/admin/enterprises/{enterprise_id}/users/{id}"
OPEN = "/cloud/virtualdatacenters/{id}"

USER = Resource(
    name="user",
    collection="users",
    path=PATH,
    fields=(
        *USER_FIELDS,
        text("password", writes="password", written_only=True),
        boolean(
            "withdrawCredentials",
            writes="withdraw_credentials",
            written_only=True,
            help="Whether a new password ends personal tokens and what applications may. Left out: "
            "it does when somebody else than the user gives it.",
        ),
        text(
            "publicSshKey",
            needs=("id",),
            show=lambda row: row["ssh_keys"],
            writes="ssh_keys",
            help="Public keys, one on each line. What is sent replaces all; an empty text removes them.",
        ),
        text(
            "availableVirtualDatacenters",
            needs=("restricted",),
            show=lambda row: row["opened"],
            writes="opened",
            help="Ids, separated by commas: the only virtual datacenters open to the user. Empty: all are.",
        ),
    ),
    links=USER_LINKS,
    embedded=(Embedded("privileges", PRIVILEGE, "privileges"),),
    families=(
        Family("virtualdatacenter", "open_datacenters", OPEN, "virtualdatacenter", "name", numbered=False),
    ),
    listing=LISTING,
    added=WORKPLACE,
)

USER_WITH_ROLE = Resource(
    name="userwithroles",
    collection="userswithroles",
    path=PATH,
    fields=USER_FIELDS,
    links=USER_LINKS,
    embedded=(
        Embedded("role", ROLE, "role_row", many=False),
        Embedded("enterprise", ENTERPRISE, "enterprise_row", many=False),
    ),
    listing=LISTING,
    added=WORKPLACE,
)
