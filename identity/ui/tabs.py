"""The tabs of "My account". An app's ``urls`` module registers its own when it is read."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class AccountTab:
    """``view`` names its page; ``order`` sorts, smallest first."""

    name: str | Promise
    icon: str
    view: str
    order: int


_tabs: dict[str, AccountTab] = {}


def register(tab: AccountTab) -> None:
    """Show the tab. Registering it again replaces it."""
    _tabs[tab.view] = tab


def tabs_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs in their order, with the one that is open marked as active."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {"name": tab.name, "icon": tab.icon, "url": reverse(tab.view), "active": tab.view == here}
        for tab in sorted(_tabs.values(), key=lambda each: each.order)
    ]


register(AccountTab(_("Profile"), "user", "identity:profile", 10))
register(AccountTab(_("Security"), "shield-lock", "identity:security", 20))
register(AccountTab(_("Sessions"), "devices", "identity:sessions", 30))
register(AccountTab(_("SSH keys"), "terminal", "identity:ssh_keys", 35))
