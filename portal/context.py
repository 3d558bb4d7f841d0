"""What every page's shell needs. Lazy: a fragment or an admin page that shows no shell costs nothing."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from branding.services import look_for_domain, look_of
from portal.navigation import entries
from portal.stream_position import stream_position
from tenants.reach import ADMINISTER_ALL


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = {"simulated": settings.ATRIUM_SIMULATED}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return values | {"look": look_for_domain(request.get_host())}
    areas = entries(request)
    return values | {
        "look": look_of(user.enterprise_id),
        "areas": areas,
        "shortcuts": {area["key"]: area["url"] for area in areas if area["key"]},
        "enterprise_name": user.enterprise.name,
        "enterprise_url": reverse("tenants:enterprise", args=[user.enterprise_id]),
        "switch_url": reverse("tenants:switch") if ADMINISTER_ALL in user.privileges else "",
        "home_name": _home_name(user),
        "user_id": user.id,
        "user_name": user.full_name,
        "user_initials": _initials(user.full_name),
        "role_name": user.role.name.replace("_", " ").capitalize(),
        "user_links": [
            {"name": _("My account"), "icon": "user-circle", "url": reverse("identity:profile")},
            {"name": _("Change password"), "icon": "key", "url": reverse("account_change_password")},
        ],
        "deploy_url": reverse("compute:deploy") if user.holds_somewhere("VAPP_DEPLOY_UNDEPLOY") else "",
        **(getattr(request, "stream_position", None) or stream_position(user)),
    }


def _home_name(user: Any) -> str:
    """The name of the user's own enterprise while they work in another one, else empty."""
    return user.home.name if user.home_enterprise_id != user.enterprise_id else ""


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()
