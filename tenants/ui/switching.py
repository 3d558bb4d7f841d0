"""Choosing the enterprise to work in, and going back home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from core.ui.pages import Page, led_to
from tenants.access import require
from tenants.models import Enterprise
from tenants.reach import ADMINISTER_ALL
from tenants.services import switch_enterprise

FEW = 12


class Switch(Page):
    failed_to = gettext_lazy("You still work where you did")

    def get(self, request: HttpRequest) -> HttpResponse:
        """The dialog; with ``q`` the list in it alone."""
        require(request.user, ADMINISTER_ALL)
        query = request.GET.get("q")
        found = Enterprise.objects.visible_to(request.user).order_by("name")
        rows = list(found.filter(name__icontains=(query or "").strip()).values("id", "name")[: FEW + 1])
        context = {"rows": rows[:FEW], "more": len(rows) > FEW, "query": query or ""}
        template = "tenants/_switch.html" if query is None else "tenants/_switch_rows.html"
        return render(request, template, context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Switch to the enterprise that was sent; without one back home."""
        chosen = request.POST.get("enterprise", "")
        enterprise = None
        if chosen:
            number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0  # noqa: PLR2004
            enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=number)
        switch_enterprise(actor=request.user, enterprise=enterprise)
        return led_to(request, reverse("portal:dashboard"))
