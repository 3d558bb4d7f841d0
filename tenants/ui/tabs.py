"""The tabs of an enterprise's page, and the panels of its overview. An app registers its own when its
``urls`` module is read; the view of a tab starts with ``enterprise_context``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.access import may
from tenants.models import Enterprise, Scope


@dataclass(frozen=True)
class EnterpriseTab:
    """``view`` names its page, which takes ``enterprise_id``; ``order`` sorts, smallest first.

    Shown to who may what ``privilege`` says (empty: everybody), on enterprises that ``fits``.
    """

    title: str | Promise
    view: str
    order: int
    privilege: str = ""
    fits: Callable[[Enterprise], bool] | None = None


@dataclass(frozen=True)
class EnterprisePanel:
    """A part of the overview which is fetched when the page is there. Fields as in EnterpriseTab."""

    view: str
    order: int
    privilege: str = ""
    fits: Callable[[Enterprise], bool] | None = None


_tabs: dict[str, EnterpriseTab] = {}
_panels: dict[str, EnterprisePanel] = {}


def register(tab: EnterpriseTab) -> None:
    """Show the tab. Registering it again replaces it."""
    _tabs[tab.view] = tab


def register_panel(panel: EnterprisePanel) -> None:
    """Show the panel on the overview. Registering it again replaces it."""
    _panels[panel.view] = panel


def tabs_for(request: HttpRequest, enterprise: Enterprise) -> list[dict[str, Any]]:
    """The tabs the actor may open, in their order, the open one marked as active."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {"title": tab.title, "url": reverse(tab.view, args=[enterprise.id]), "active": tab.view == here}
        for tab in _open(_tabs, request, enterprise)
    ]


def panels_for(request: HttpRequest, enterprise: Enterprise) -> list[str]:
    """The addresses of the panels the actor may see, in their order."""
    return [reverse(each.view, args=[enterprise.id]) for each in _open(_panels, request, enterprise)]


def _open(registered: dict[str, Any], request: HttpRequest, enterprise: Enterprise) -> list[Any]:
    return [
        each
        for each in sorted(registered.values(), key=lambda each: each.order)
        if not each.privilege or may(request.user, each.privilege)
        if each.fits is None or each.fits(enterprise)
    ]


def enterprise_context(request: HttpRequest, enterprise_id: int) -> dict[str, Any]:
    """What ``tenants/enterprise.html`` needs: ``enterprise``, ``tabs``, and ``path``, the scopes from the top
    down to its place as far as the actor sees them. Raises Http404 for what the actor must not know."""
    known = Enterprise.objects.visible_to(request.user).select_related("default_scope")
    enterprise = get_object_or_404(known, pk=enterprise_id)
    place = enterprise.default_scope_id or 0
    above = Scope.objects.visible_to(request.user).filter(descendants__descendant=place)
    return {
        "enterprise": enterprise,
        "tabs": tabs_for(request, enterprise),
        "path": above.order_by("-descendants__distance"),
    }


register(EnterpriseTab(_("Overview"), "tenants:enterprise", 10))
register(EnterpriseTab(_("Users"), "tenants:enterprise_users", 20, privilege="USERS_VIEW"))
register(EnterpriseTab(_("Properties"), "tenants:enterprise_properties", 50))
register(EnterpriseTab(_("History"), "tenants:enterprise_history", 90))
