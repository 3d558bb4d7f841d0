"""The tenant tree: scopes with the enterprises whose place they are. Deeper branches come when opened."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from core.ui.pages import Page
from tenants.access import may, require
from tenants.models import Enterprise, Scope
from tenants.tree import ENTERPRISE_COLUMNS, SCOPE_COLUMNS, Tree, grow, pruned

SEE = "ENTERPRISE_ENUMERATE"
MOST = 200
LEVELS_SHOWN = 2


class TenantTree(Page):
    """The whole tree as far as the actor sees it; with ``q`` what matches, and the scopes above that."""

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, SEE)
        query = request.GET.get("q", "").strip()
        tree = tree_of(request.user)
        counts = {"scopes": sum(1 for _each in tree.walk()), "enterprises": _size(tree)}
        if query:
            tree = pruned(tree, lambda name: query.lower() in name.lower())
        context = {
            "tree": tree,
            "query": query,
            "counts": counts,
            "shown": _shown(tree, everything=bool(query)),
            "most": MOST,
            "may_create": may(request.user, "USERS_MANAGE_ENTERPRISE"),
            "may_scope": may(request.user, "USERS_MANAGE_SCOPES"),
        }
        return render(request, "tenants/tree.html", context)


class TreeBranch(Page):
    """What lies directly in and beneath one scope."""

    def get(self, request: HttpRequest, scope_id: int) -> HttpResponse:
        require(request.user, SEE)
        branch = tree_of(request.user).branch(scope_id)
        if branch is None:
            raise Http404
        context = {"branch": branch, "shown": frozenset(), "most": MOST}
        return render(request, "tenants/_tree_children.html", context)


def tree_of(actor: Any) -> Tree:
    """The tree of what the actor sees, read with two queries."""
    scopes = Scope.objects.visible_to(actor).order_by("name").values(*SCOPE_COLUMNS)
    enterprises = Enterprise.objects.visible_to(actor).order_by("name").values(*ENTERPRISE_COLUMNS)
    return grow(scopes, enterprises)


def _size(tree: Tree) -> int:
    return len(tree.unplaced) + sum(root.beneath for root in tree.roots)


def _shown(tree: Tree, *, everything: bool) -> frozenset[int]:
    """The scopes that are open at first: the upper levels, or up to MOST that lead to what was sought."""
    if everything:
        return frozenset(
            branch.scope["id"] for branch, _number in zip(tree.walk(), range(MOST), strict=False)
        )
    shown, level = [], tree.roots[:MOST]
    for _depth in range(LEVELS_SHOWN):
        shown += level
        level = [below for branch in level for below in branch.branches]
        if len(shown) + len(level) > MOST:
            break
    return frozenset(branch.scope["id"] for branch in shown)
