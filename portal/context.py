"""What every page's shell needs. Lazy: a fragment or an admin page that shows no shell costs nothing."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from events.consumers import OVERLAP
from events.models import Event
from portal.navigation import entries


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = {"simulated": settings.ATRIUM_SIMULATED}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return values
    areas = entries(request)
    return values | {
        "areas": areas,
        "shortcuts": {area["key"]: area["url"] for area in areas if area["key"]},
        "enterprise_name": user.enterprise.name,
        "user_id": user.id,
        "user_name": user.full_name,
        "user_initials": _initials(user.full_name),
        "role_name": user.role.name.replace("_", " ").capitalize(),
        "user_links": [
            {"name": _("Change password"), "icon": "key", "url": reverse("account_change_password")}
        ],
        "deploy_url": reverse("compute:deploy") if "VAPP_DEPLOY_UNDEPLOY" in user.privileges else "",
        **_stream_position(user),
    }


def _stream_position(user: Any) -> dict[str, Any]:
    """Where the page stands in the event stream, and which replayed events it shows already."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
    replayed = Event.objects.visible_to(user).filter(id__gt=last - OVERLAP, id__lte=last)
    return {"last_seq": last, "seen": " ".join(str(each) for each in replayed.values_list("id", flat=True))}


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2]).upper()
