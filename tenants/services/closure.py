"""The transitive closure of the tree of scopes, kept in step with ``Scope.parent``."""

from django.utils.translation import gettext as _

from core.errors import Invalid
from tenants.models import Scope, ScopeLink

MOST_LEVELS = 20


def lock_tree() -> None:
    """Let one transaction at a time change the shape of the tree, or who is a reseller or key node in it.

    The first scope's row is the lock; it is the unlimited one, which nobody deletes.
    """
    Scope.objects.select_for_update().order_by("pk").first()


def link_scope(scope: Scope) -> None:
    """Write the links between a scope, which has no children yet, and those above it. Raises Invalid when
    the tree would become too deep."""
    _write(scope.parent_id, [(scope.id, 0)])


def relink_scope(scope: Scope) -> None:
    """Hang the scope and all beneath it under its present parent. Raises Invalid like ``link_scope``."""
    beneath = list(ScopeLink.objects.filter(ancestor=scope).values_list("descendant_id", "distance"))
    ids = [descendant for descendant, _distance in beneath]
    ScopeLink.objects.filter(descendant_id__in=ids).exclude(ancestor_id__in=ids).delete()
    _write(scope.parent_id, beneath, selves=False)


def _write(parent_id: int | None, beneath: list[tuple[int, int]], *, selves: bool = True) -> None:
    above = list(
        ScopeLink.objects.filter(descendant_id=parent_id).values_list("ancestor_id", "distance")
        if parent_id
        else ()
    )
    if len(above) + max(distance for _scope, distance in beneath) >= MOST_LEVELS:
        raise Invalid(
            _("Scopes can be nested %(levels)s deep; this would be deeper.") % {"levels": MOST_LEVELS},
            code="SCOPE-18",
        )
    links = [
        ScopeLink(ancestor_id=ancestor, descendant_id=descendant, distance=up + 1 + down)
        for ancestor, up in above
        for descendant, down in beneath
    ]
    if selves:
        links += [ScopeLink(ancestor_id=each, descendant_id=each, distance=0) for each, _down in beneath]
    ScopeLink.objects.bulk_create(links, batch_size=2000)
