"""The areas of the portal, who sees which, and the keys that lead there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.ui.presenting import number_waiting_for
from notifications.querysets import MANAGE_MAIL


@dataclass(frozen=True)
class Area:
    """``views`` are prefixes of view names that belong to it; ``privilege`` empty: everybody sees it.

    ``count`` says how much in there waits for somebody.
    """

    name: str | Promise
    icon: str
    view: str
    views: tuple[str, ...]
    key: str = ""
    privilege: str = ""
    heading: str | Promise = ""
    count: Callable[[Any], int] | None = None


PEOPLE = (
    "tenants:user", "tenants:create_user", "tenants:edit_user", "tenants:role", "tenants:create_role",
    "tenants:edit_role", "compute:why",
)  # fmt: skip
TENANTS = (
    "tenants:tree", "tenants:enterprise", "tenants:create_enterprise", "scopes:",
    "infrastructure:enterprise", "branding:", "notifications:mail", "notifications:server",
    "approvals:rules", "approvals:new_rule", "approvals:edit_rule", "limits:", "compute:verify_usage",
)  # fmt: skip
AREAS = (
    Area(_("Home"), "home", "portal:dashboard", ("portal:dashboard",), "h"),
    Area(_("Machines"), "server-2", "compute:machines", ("compute:machine", "compute:deploy"), "m"),
    Area(
        _("Virtual appliances"), "stack-2", "compute:virtual_appliances", ("compute:virtual_appliance",), "p"
    ),
    Area(
        _("Virtual datacenters"), "cloud", "compute:virtual_datacenters", ("compute:virtual_datacenter",), "v"
    ),
    Area(_("Catalogue"), "packages", "catalogue:templates", ("catalogue:", "compute:use_"), "c"),
    Area(_("Activity"), "activity", "operations:activity", ("operations:",), "a"),
    Area(
        _("Approvals"), "checks", "approvals:requests", ("approvals:request",), "o", count=number_waiting_for
    ),
    Area(_("People"), "users", "tenants:users", PEOPLE, "u", privilege="USERS_VIEW"),
    Area(_("Tenants"), "sitemap", "tenants:tree", TENANTS, "e", privilege="ENTERPRISE_ENUMERATE"),
    Area(
        _("Infrastructure"),
        "building-factory-2",
        "infrastructure:overview",
        ("infrastructure:overview", "infrastructure:datacenter", "infrastructure:host"),
        "i",
        privilege="PHYS_DC_RETRIEVE_DETAILS",
        heading=_("Cloud administration"),
    ),
    Area(_("Mails"), "mail", "notifications:all", ("notifications:all",), privilege=MANAGE_MAIL),
    Area(_("Back office"), "settings", "admin:index", ("admin:",), "b", privilege="SYSCONFIG_ALLOW_MODIFY"),
)


def areas_for(actor: Any) -> list[Area]:
    """The areas the actor's role opens, in the order of the sidebar."""
    return [area for area in AREAS if not area.privilege or area.privilege in actor.privileges]


def entries(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: name, icon, address and whether it is where one is."""
    match = request.resolver_match
    here = match.view_name if match else ""
    return [
        {
            "name": area.name,
            "icon": area.icon,
            "url": reverse(area.view),
            "heading": area.heading,
            "key": area.key,
            "count": area.count(request.user) if area.count else 0,
            "active": any(here.startswith(prefix) for prefix in area.views),
        }
        for area in areas_for(request.user)
    ]
