"""Whether what limits are held against is really there: the report for whoever manages enterprises."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from compute.services.verification import verify_usage
from compute.ui.filters import whole_number
from core.ui.pages import Page
from tenants.access import require
from tenants.models import Enterprise

MANAGE = "USERS_MANAGE_ENTERPRISE"
MOST = 100


class VerifyUsage(Page):
    """All enterprises the actor knows, or the one asked for; of many only the first are compared at once."""

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE)
        known = Enterprise.objects.visible_to(request.user).order_by("name")
        asked = whole_number(request.GET.get("enterprise"))
        chosen = list(known.filter(pk=asked) if asked is not None else known[:MOST])
        context = {
            "verification": verify_usage([enterprise.id for enterprise in chosen]),
            "chosen": chosen[0] if asked is not None and chosen else None,
            "left_out": 0 if asked is not None else max(known.count() - MOST, 0),
        }
        return render(request, "compute/verify_usage.html", context)
