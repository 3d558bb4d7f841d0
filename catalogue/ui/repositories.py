"""Template repositories: one for each location, how full it is and what lies there."""

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalogue.models import FoundFile, TemplateDisk, TemplateState
from catalogue.services.repository_state import MANAGE
from catalogue.ui.browsing import visible
from core.ui.pages import Page
from infrastructure.limit_bars import limit_bars
from infrastructure.models import Datacenter
from tenants.access import may
from tenants.usage import Extent

MOST_FOUND = 200
SHOW_CAPACITY = "APPLIB_SHOW_DC_CAPACITY"
SHOW_LIMITS = "ENTERPRISE_SHOW_STATS_LIMITS"


class Repositories(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        places = Datacenter.objects.visible_to(request.user).filter(repository__isnull=False)
        sees_capacity = may(request.user, SHOW_CAPACITY)
        counts, sizes = _counts(request.user), _sizes(request.user)
        lines = [
            {
                "place": place,
                "repository": place.repository,
                "number": counts.get(place.pk, 0),
                "size_bytes": int(sizes.get(place.pk) or 0),
                "bar": _bar(place.repository) if sees_capacity else None,
            }
            for place in places.select_related("repository")[:200]
        ]
        context = {
            "lines": lines,
            "sees_capacity": sees_capacity,
            "may_refresh": may(request.user, MANAGE),
            "found": _found(request.user),
            "limits": _own_limits(request.user),
        }
        return render(request, "catalogue/repositories.html", context)


def _own_limits(actor: Any) -> list[dict[str, Any]]:
    """How much room for templates the actor's enterprise has and uses, for who may see its limits."""
    if not may(actor, SHOW_LIMITS):
        return []
    bars = limit_bars(actor.enterprise, Extent(actor.enterprise_id), whole=True)
    return [bar for bar in bars if bar["resource"] == "repository_mib"]


def _found(actor: Any) -> list[FoundFile]:
    """Files that are nobody's, for who may make templates of them."""
    found = FoundFile.objects.visible_to(actor).select_related("repository__datacenter")
    return list(found.order_by("repository_id", "path")[:MOST_FOUND])


def _counts(actor: Any) -> dict[int, int]:
    """By location, how many templates the actor sees."""
    rows = visible(actor).order_by().values_list("repository__datacenter_id")
    return dict(rows.annotate(number=Count("id")))


def _sizes(actor: Any) -> dict[int, int]:
    """By location, how many bytes their files take."""
    disks = TemplateDisk.objects.visible_to(actor).exclude(state=TemplateState.UNAVAILABLE)
    rows = disks.order_by().values_list("template__repository__datacenter_id")
    return dict(rows.annotate(size=Sum("file_size_bytes")))


def _bar(repository: Any) -> dict[str, Any] | None:
    """How full it is, None before the appliance manager said so."""
    used = repository.used_mib
    if used is None:
        return None
    return {
        "used": used,
        "capacity": repository.capacity_mib,
        "share": round(100 * used / repository.capacity_mib),
    }
