"""An enterprise's limits, over all locations and in each: bars, forms, and soft limits passed on purpose."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page
from infrastructure.limit_bars import limit_bars
from infrastructure.models import LocationLimit
from infrastructure.services import change_location_limit
from infrastructure.services.location_limits import MANAGE
from tenants.access import may, require
from tenants.limits import field_names
from tenants.models import Enterprise, LimitLease
from tenants.services import update_enterprise
from tenants.ui.limit_form import LimitsForm
from tenants.ui.tabs import (
    EnterprisePanel,
    EnterpriseTab,
    enterprise_context,
    register,
    register_panel,
)
from tenants.usage import Extent

SHOW = "ENTERPRISE_SHOW_STATS_LIMITS"
MOST_LEASES = 50

register(EnterpriseTab(gettext_lazy("Limits"), "limits:enterprise", 25, privilege=SHOW))
register_panel(EnterprisePanel("limits:panel", 10, privilege=SHOW))


class Limits(Page):
    """Every level, with what is in use."""

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, SHOW)
        context = enterprise_context(request, enterprise_id)
        leases = LimitLease.objects.visible_to(request.user).filter(enterprise_id=enterprise_id)
        context |= {
            "bars": _bars(context["enterprise"]),
            "locations": [
                {"limit": limit, "bars": limit_bars(limit, Extent(enterprise_id, limit.datacenter_id))}
                for limit in _locations(request, enterprise_id)
            ],
            "leases": leases[:MOST_LEASES],
            "may_change": may(request.user, MANAGE),
        }
        return render(request, "infrastructure/limits.html", context)


class Panel(Page):
    """The bars alone, for the enterprise's overview."""

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, SHOW)
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        context = {"enterprise": enterprise, "bars": _bars(enterprise)}
        return render(request, "tenants/_limits.html", context)


class EnterpriseLimits(Page):
    """The form of the limits over all locations."""

    failed_to = gettext_lazy("The limits were not changed")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]
        return _form(request, enterprise_id, LimitsForm(initial=vars(enterprise)), str(enterprise))

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = enterprise_context(request, enterprise_id)["enterprise"]

        def change(values: dict[str, int]) -> None:
            update_enterprise(actor=request.user, enterprise=enterprise, **values)

        return _save(self, request, enterprise_id, enterprise, change)


class PlaceLimits(Page):
    """The form of the limits in one location."""

    failed_to = gettext_lazy("The limits were not changed")

    def get(self, request: HttpRequest, enterprise_id: int, limit_id: int) -> HttpResponse:
        require(request.user, MANAGE)
        limit = self._limit(request, enterprise_id, limit_id)
        return _form(request, enterprise_id, LimitsForm(initial=vars(limit)), str(limit))

    def post(self, request: HttpRequest, enterprise_id: int, limit_id: int) -> HttpResponse:
        limit = self._limit(request, enterprise_id, limit_id)

        def change(values: dict[str, int]) -> None:
            change_location_limit(actor=request.user, location_limit=limit, **values)

        return _save(self, request, enterprise_id, limit, change)

    def _limit(self, request: HttpRequest, enterprise_id: int, limit_id: int) -> LocationLimit:
        return get_object_or_404(_locations(request, enterprise_id), pk=limit_id)


def _locations(request: HttpRequest, enterprise_id: int) -> Any:
    limits = LocationLimit.objects.visible_to(request.user).filter(enterprise_id=enterprise_id)
    return limits.select_related("enterprise", "datacenter").order_by("datacenter__name")


def _bars(enterprise: Enterprise) -> list[dict[str, Any]]:
    return limit_bars(enterprise, Extent(enterprise.id), whole=True)


def _save(page: Page, request: HttpRequest, enterprise_id: int, row: Any, change: Any) -> HttpResponse:
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _form(request, enterprise_id, form, str(row))
    try:
        change({name: form.cleaned_data[name] for name in field_names()})
    except DomainError as error:
        fault = fault_of(error, request, what=str(page.failed_to))
        return _form(request, enterprise_id, form, str(row), fault)
    return redirect("limits:enterprise", enterprise_id)


def _form(
    request: HttpRequest, enterprise_id: int, form: forms.Form, name: str, error: Any = None
) -> HttpResponse:
    context = {
        "form": form,
        "error": error,
        "title": _("Limits of %(name)s") % {"name": name},
        "lead": _(
            "0 is no limit. Nobody is asked up to the soft limit; the hard limit can't be passed, "
            "and needs a soft one. Except for disks, no hard limit goes below what is in use."
        ),
        "verb": _("Save"),
        "pairs": "all",
        "back_url": reverse("limits:enterprise", args=[enterprise_id]),
    }
    return render(request, "components/form_page.html", context, status=409 if error else 200)
