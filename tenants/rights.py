"""What somebody may do in single virtual datacenters: their role there, and which are open to them."""

from dataclasses import dataclass
from functools import cached_property

from django.apps import apps

from core.prepared import Prepared
from tenants.reach import Reach

_roles_there = Prepared(
    lambda user: (
        apps.get_model("tenants", "VirtualDatacenterRole")
        .objects.filter(user_id=user)
        .values_list("virtual_datacenter_id", "role_id")
    )
)


@dataclass(frozen=True, slots=True)
class RoleThere:
    """The role that counts in one virtual datacenter, instead of the user's own."""

    name: str
    privileges: frozenset[str]


class PlacedRights:
    """Mixed into users. Everything is read once for a loaded user; most have no roles of this kind."""

    @cached_property
    def datacenter_roles(self) -> dict[int, RoleThere]:
        """The roles that replace the user's own, by the virtual datacenter's id."""
        there = dict(_roles_there.all(self.pk))
        if not there:
            return {}
        found = apps.get_model("tenants", "Role").objects.filter(pk__in=set(there.values()))
        roles = {
            role.pk: RoleThere(role.name, frozenset(each.name for each in role.privileges.all()))
            for role in found.prefetch_related("privileges")
        }
        return {datacenter: roles[role] for datacenter, role in there.items()}

    @property
    def overridden(self) -> bool:
        """Whether another role counts in some virtual datacenter."""
        return bool(self.datacenter_roles)

    def privileges_in(self, virtual_datacenter_id: int | None) -> frozenset[str]:
        """The privileges that count for things in this virtual datacenter."""
        there = self.datacenter_roles.get(virtual_datacenter_id)
        return self.privileges if there is None else there.privileges

    def role_name_in(self, virtual_datacenter_id: int | None) -> str:
        """The name of the role that counts there."""
        there = self.datacenter_roles.get(virtual_datacenter_id)
        return self.role.name if there is None else there.name

    def holds_somewhere(self, privilege: str) -> bool:
        """Whether any of the user's roles grants the privilege."""
        return privilege in self.privileges or any(
            privilege in role.privileges for role in self.datacenter_roles.values()
        )

    @cached_property
    def open_datacenters(self) -> frozenset[int]:
        """The virtual datacenters open to a restricted user."""
        return frozenset(self.open_virtual_datacenter_ids())

    def reaches(self, enterprise_id: int) -> bool:
        """Whether things of this enterprise are within the user's reach."""
        if enterprise_id == self.enterprise_id or self.reach == Reach.ALL:
            return True
        return self.reach == Reach.SCOPE and enterprise_id in self._reached_enterprises

    @cached_property
    def _reached_enterprises(self) -> frozenset[int]:
        return frozenset(self.reached_enterprise_ids())
