"""Who asks: one actor for each default role and for each way to be bounded, and what they should see.

What they should see is told here once more, from the privileges of the roles and the relations alone,
without the querysets under test.
"""

from dataclasses import dataclass
from typing import Any

from tenants.models import Role, User, VirtualDatacenterRestriction
from tenants.services import create_user, load_scope
from tests.isolation.parameters import IN_VIRTUAL_DATACENTER, INFRASTRUCTURE, OWNED
from tests.world import PASSWORD

ADMINISTERS = {"ENTERPRISE_ADMINISTER_ALL"}
KNOWS = ADMINISTERS | {"ENTERPRISE_ENUMERATE", "USERS_MANAGE_OTHER_ENTERPRISES"}
LOCATES = {"PHYS_DC_ENUMERATE", "PHYS_DC_RETRIEVE_DETAILS"}
OF_PEOPLE = {
    "user": {"USERS_VIEW"},
    "external_role": {"USERS_VIEW", "USERS_MANAGE_ROLES"},
    "approval_rule": {"USERS_MANAGE_ENTERPRISE", "WORKFLOW_OVERRIDE"},
    "cloud_credentials": {"USERS_MANAGE_CREDENTIALS"},
    "mail": {"ENTERPRISE_MANAGE_SERVER_MAIL"},
    "application": {"USERS_MANAGE_APPLICATIONS"},
    "personal_token": {"USERS_MANAGE_APPLICATIONS"},
    "session": {"USERS_ENUMERATE_CONNECTED"},
}
WIDTH = {
    "home": {"own", "closed"},
    "scope": {"own", "closed", "sibling"},
    "all": {"own", "closed", "sibling", "foreign"},
}


@dataclass(frozen=True)
class Actor:
    """``bounds``: home, scope or all. ``restricted`` to the virtual datacenter of the estate ``own``."""

    name: str
    role: str
    bounds: str = "home"
    restricted: bool = False

    def user(self, world: Any, estates: dict[str, dict[str, Any]]) -> User:
        """The user, in the enterprise of the estate ``own``."""
        scope = {"home": None, "scope": "region", "all": "everything"}[self.bounds]
        made = create_user(
            actor=None, enterprise=world.acme, role=world.roles[self.role], nick=self.name, password=PASSWORD,
            scope=scope and load_scope(scope, unlimited=self.bounds == "all"),
        )  # fmt: skip
        if self.restricted:
            User.objects.filter(pk=made.pk).update(restricted=True)
            opened = estates["own"]["virtual_datacenter"]
            VirtualDatacenterRestriction.objects.create(user=made, virtual_datacenter_id=opened)
        return User.objects.actor(made.pk)

    def sees(self, thing: str, relation: str, user: User) -> bool:
        """Whether a thing of this kind in that estate is there for the actor at all."""
        privileges = privileges_of(user.role)
        if thing.startswith("own_"):
            return False
        if self.restricted and relation == "closed" and thing in IN_VIRTUAL_DATACENTER:
            return False
        if thing in ("datacenter", "location") and relation in WIDTH["home"]:
            return True
        if thing in INFRASTRUCTURE:
            return bool(LOCATES & privileges) and relation in WIDTH[self.bounds]
        if thing in OF_PEOPLE and not OF_PEOPLE[thing] & privileges:
            return False
        beyond_home = ADMINISTERS if thing in OWNED else KNOWS
        return relation in WIDTH[self.bounds if beyond_home & privileges else "home"]


ACTORS = (
    Actor("unlimited", "CLOUD_ADMIN", "all"),
    Actor("scoped", "CLOUD_ADMIN", "scope"),
    Actor("unscoped", "CLOUD_ADMIN"),
    Actor("administrator", "ENTERPRISE_ADMIN"),
    Actor("widely scoped administrator", "ENTERPRISE_ADMIN", "all"),
    Actor("user", "USER"),
    Actor("viewer", "ENTERPRISE_VIEWER"),
    Actor("restricted", "USER", restricted=True),
)


def privileges_of(role: Role) -> frozenset[str]:
    return frozenset(role.privileges.values_list("name", flat=True))
