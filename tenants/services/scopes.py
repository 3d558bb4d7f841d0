"""The only writers of scopes and of the closure of their tree."""

from django.db import transaction

from tenants.models import Enterprise, Scope, ScopeLink


@transaction.atomic
def load_scope(
    name: str,
    *,
    unlimited: bool = False,
    enterprises: tuple[Enterprise, ...] = (),
    parent: Scope | None = None,
) -> Scope:
    """Make a scope of this name exist and reach these enterprises."""
    scope, created = Scope.objects.get_or_create(
        name=name, defaults={"unlimited": unlimited, "parent": parent}
    )
    if created:
        link_scope(scope)
    scope.enterprises.add(*enterprises)
    return scope


def link_scope(scope: Scope) -> None:
    """Write the links between a scope, which has no children yet, and those above it."""
    above = ScopeLink.objects.filter(descendant_id=scope.parent_id).values_list("ancestor_id", "distance")
    links = [(scope.id, 0), *((ancestor, distance + 1) for ancestor, distance in above)]
    ScopeLink.objects.bulk_create(
        ScopeLink(ancestor_id=ancestor, descendant=scope, distance=distance) for ancestor, distance in links
    )
