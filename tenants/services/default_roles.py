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
    known = set(Privilege.objects.values_list("name", flat=True))
    for row in rows:
        Privilege.objects.update_or_create(name=row["privilege"], defaults={"group": row["group"]})
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
