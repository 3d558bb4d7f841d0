"""What rows must not tell: names of scopes the actor does not see."""

from typing import Any

from core.api.resource import Row
from tenants.models import Scope
from tenants.reach import Reach


def hide_foreign_scopes(
    actor: Any, rows: list[Row], *, column: str = "default_scope_id", name: str = "default_scope__name"
) -> list[Row]:
    """Take the references to scopes beyond the actor's own out of the rows, with one query at most."""
    named = {row[column] for row in rows if row.get(column)}
    if not named or actor.tenant_reach == Reach.ALL:
        return rows
    known = set(Scope.objects.visible_to(actor).filter(pk__in=named).values_list("pk", flat=True))
    for row in rows:
        if row.get(column) not in known:
            row[column] = row[name] = None
    return rows
