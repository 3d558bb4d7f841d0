"""The catalogue: templates as cards, and one template with its disks."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from catalogue.models import Template
from core.ui.pages import Page

MOST = 200
FIELDS = (
    "id",
    "name",
    "description",
    "os_type",
    "os_version",
    "vcpus",
    "memory_mib",
    "state",
    "shared",
    "repository__datacenter__name",
    "enterprise_id",
    "login_user",
)


class Templates(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.get("q", "").strip()
        templates = Template.objects.visible_to(request.user)
        if query:
            templates = templates.filter(name__icontains=query)
        context = {"templates": cards(templates, request.user), "query": query}
        return render(request, "catalogue/templates.html", context)


class TemplatePage(Page):
    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        templates = Template.objects.visible_to(request.user)
        template = get_object_or_404(
            templates.select_related("repository__datacenter", "enterprise"), pk=template_id
        )
        context = {"template": template, "disks": template.disks.all()}
        return render(request, "catalogue/template.html", context)


def cards(templates: QuerySet, actor: Any) -> list[dict[str, Any]]:
    """Templates as flat rows with the size of their disks and whose they are."""
    rows = templates.values(*FIELDS).annotate(disk_bytes=Sum("disks__virtual_size_bytes"))
    return [
        row | {"mine": row["enterprise_id"] == actor.enterprise_id} for row in rows.order_by("name")[:MOST]
    ]
