"""What rows of users and roles need besides their own columns, with few queries for a whole page."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tenants.api.resources import ENTERPRISE, PRIVILEGE, ROLE
from tenants.models import Enterprise, ExternalRole, Privilege, Role, SshKey, VirtualDatacenterRestriction
from tenants.virtual_datacenters import virtual_datacenters

Row = dict[str, Any]


def with_external_names(rows: list[Row], actor: Any) -> list[Row]:
    """Roles with the names directories call them by."""
    names = defaultdict(list)
    found = ExternalRole.objects.visible_to(actor).filter(role_id__in=[row["id"] for row in rows])
    for pk, role_id, name in found.values_list("id", "role_id", "name"):
        names[role_id].append((pk, name))
    for row in rows:
        row["external_names"] = [name for _pk, name in names[row["id"]]]
        row["external_id"], row["external_name"] = next(iter(names[row["id"]]), (None, None))
    return rows


def with_open_datacenters(rows: list[Row], actor: Any) -> list[Row]:
    """Users with their SSH keys, and with the virtual datacenters open to the restricted ones, as far as the
    actor sees those."""
    open_to = defaultdict(list)
    restricted = [row["id"] for row in rows if row["restricted"]]
    if restricted:
        opened = VirtualDatacenterRestriction.objects.visible_to(actor).filter(user_id__in=restricted)
        pairs = list(opened.values_list("user_id", "virtual_datacenter_id"))
        seen = virtual_datacenters(actor).filter(pk__in={pk for _user, pk in pairs})
        places = {place["id"]: place for place in seen.values("id", "name")}
        for user_id, pk in pairs:
            if pk in places:
                open_to[user_id].append(places[pk])
    keys = _ssh_keys([row["id"] for row in rows], actor)
    for row in rows:
        row["ssh_keys"] = "\n".join(keys[row["id"]]) or None
        row["open_datacenters"] = open_to[row["id"]]
        row["opened"] = ",".join(str(each["id"]) for each in open_to[row["id"]]) or None
    return _with_workplaces(rows, actor)


def _ssh_keys(users: list[int], actor: Any) -> dict[int, list[str]]:
    """The lines of each user's keys."""
    found = defaultdict(list)
    for key in SshKey.objects.visible_to(actor).filter(user_id__in=users):
        found[key.user_id].append(key.named_line)
    return found


def with_roles(rows: list[Row], actor: Any) -> list[Row]:
    """Users with their role, its privileges and their enterprise."""
    roles = _roles({row["role_id"] for row in rows}, actor)
    found = Enterprise.objects.visible_to(actor).filter(pk__in={row["enterprise_id"] for row in rows})
    enterprises = {each["id"]: each for each in found.values(*ENTERPRISE.seen_by(actor).columns)}
    for row in rows:
        row["role_row"] = roles.get(row["role_id"])
        row["enterprise_row"] = enterprises.get(row["enterprise_id"])
    return _with_workplaces(rows, actor)


def _with_workplaces(rows: list[Row], actor: Any) -> list[Row]:
    """Users with the enterprise they belong to; the actor with the one they work in now, of which nobody is
    told about others."""
    for row in rows:
        row["works_in_id"] = row["enterprise_id"]
        if row["id"] == actor.pk:
            row |= workplace_of(actor.enterprise)
    return rows


def workplace_of(enterprise: Enterprise) -> Row:
    """What a user's row tells of the enterprise where they work."""
    return {"works_in_id": enterprise.pk, "enterprise__name": enterprise.name}


def _roles(ids: Iterable[int], actor: Any) -> dict[int, Row]:
    found = Role.objects.visible_to(actor).filter(pk__in=ids)
    roles = {row["id"]: row for row in with_external_names(list(found.values(*ROLE.columns)), actor)}
    for row in roles.values():
        row["privileges"] = []
    granted = Privilege.objects.visible_to(actor).filter(roles__in=list(roles))
    for privilege in granted.values(*PRIVILEGE.columns, "roles__id"):
        roles[privilege.pop("roles__id")]["privileges"].append(privilege)
    return roles
