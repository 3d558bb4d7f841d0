"""The privileges and the four default roles, loaded from ``privileges.tsv``."""

import csv
from pathlib import Path

from django.db import transaction

from core.access_generation import access_changed
from tenants.models import Privilege, Role

SOURCE = Path(__file__).resolve().parents[1] / "privileges.tsv"
DEFAULT_ROLES = ("CLOUD_ADMIN", "ENTERPRISE_ADMIN", "USER", "ENTERPRISE_VIEWER")


@transaction.atomic
def load_privileges() -> dict[str, Role]:
    """Make every privilege and default role exist; the roles by name.

    A privilege that is new is granted to the default roles it belongs to. What administrators changed
    in those stays changed; the blocked one always holds everything that is its own.
    """
    with SOURCE.open(newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    known = dict(Privilege.objects.values_list("name", "group"))
    _write_privileges({row["privilege"]: row["group"] for row in rows}, known)
    by_name = {privilege.name: privilege for privilege in Privilege.objects.all()}
    roles = {}
    for name in DEFAULT_ROLES:
        role, created = Role.objects.get_or_create(
            name=name, enterprise=None, defaults={"blocked": name == "CLOUD_ADMIN"}
        )
        due = [row["privilege"] for row in rows if name in row["default_roles"].split(",")]
        role.privileges.add(*(by_name[each] for each in due if created or role.blocked or each not in known))
        roles[name] = role
    access_changed()
    return roles


def _write_privileges(groups: dict[str, str], known: dict[str, str]) -> None:
    """What is new at once, since these are many; a group that changed by itself."""
    new = [Privilege(name=name, group=group) for name, group in groups.items() if name not in known]
    Privilege.objects.bulk_create(new, ignore_conflicts=True)
    for name, group in groups.items():
        if known.get(name, group) != group:
            Privilege.objects.filter(name=name).update(group=group)
