"""The catalogue: templates as cards or a list, and one template with all that concerns it."""

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.guest_drivers import notes_of
from catalogue.models import Template
from catalogue.os_types import in_words
from catalogue.services.bounds import shown_range
from catalogue.services.deletion import may_delete, may_delete_files
from catalogue.services.promotion import may_promote
from catalogue.services.rights import MODIFY, may_change_template
from catalogue.services.versions import may_add_version, versions_of
from catalogue.ui import browsing
from catalogue.ui.conversions import formats_of
from catalogue.ui.downloads import download_of
from catalogue.ui.making import task_making
from catalogue.uses import uses_of
from core.ui import keyset
from core.ui.pages import Page
from events.models import Event
from operations.ui.event_filter import EVENT_FIELDS
from tenants.access import may
from tenants.models import Scope

FRAGMENTS = {
    "template-formats": "catalogue/template/_formats.html",
    "template-package": "catalogue/template/_package.html",
}
MOST = 200
PAGE = 48
TABS = (
    ("overview", _("Overview")),
    ("disks", _("Disks")),
    ("formats", _("Formats")),
    ("machines", _("Machines of it")),
    ("versions", _("Versions")),
    ("instances", _("Instances")),
    ("download", _("Download")),
    ("sharing", _("Who sees it")),
    ("history", _("History")),
)


class Templates(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = browsing.Wanted.read(request.GET)
        templates = wanted.apply(browsing.visible(request.user).current(), request.user)
        rows = keyset.read(
            browsing.rows_of(templates), order=browsing.ORDER, key=request.GET.get("after", ""), size=PAGE
        )
        for row in rows.rows:
            row |= browsing.whose(request.user, row)
        context = {"rows": rows, "templates": rows.rows, "wanted": wanted}
        context["may_upload"] = may(request.user, "APPLIB_UPLOAD_IMAGE")
        if request.headers.get("HX-Target") == "templates":
            return render(request, "catalogue/_templates.html", context)
        context |= browsing.facets(request.user)
        return render(request, "catalogue/templates.html", context)


class TemplatePage(Page):
    def get(self, request: HttpRequest, template_id: int, part: str = "overview") -> HttpResponse:
        if part not in dict(TABS):
            raise Http404
        template = read_template(request, template_id)
        context = {
            "template": template,
            "tab": part,
            "tabs": TABS,
            "is_own": request.user.reaches(template.enterprise_id),
            "may_change": may_change_template(request.user, template),
            "may_delete": may_delete(request.user, template),
            "may_promote": may_promote(request.user, template),
            "may_delete_files": may_delete_files(request.user, template),
        }
        context |= {"making": task_making(request, template)} | _joining(request, template)
        context |= getattr(self, part)(request, template)
        target = request.headers.get("HX-Target", "")
        if target in FRAGMENTS:
            return render(request, FRAGMENTS[target], context)
        return render(request, f"catalogue/template/{part}.html", context)

    @staticmethod
    def overview(request: HttpRequest, template: Template) -> dict[str, Any]:
        return {
            "system": in_words(template.os_type),
            "disks": template.disks.all(),
            "vcpus_range": shown_range(template.vcpus_min, template.vcpus_max),
            "memory_range": shown_range(template.memory_mib_min, template.memory_mib_max),
            "master": browsing.visible(request.user).filter(pk=template.master_id).first(),
        }

    @staticmethod
    def disks(request: HttpRequest, template: Template) -> dict[str, Any]:
        disks = list(template.disks.all())
        notes = notes_of(template, [disk for disk in disks if not disk.optical])
        return {"disks": disks, "notes": notes, "sees_paths": bool(may(request.user, MODIFY))}

    @staticmethod
    def formats(request: HttpRequest, template: Template) -> dict[str, Any]:
        return {"formats": formats_of(request, template)}

    @staticmethod
    def machines(request: HttpRequest, template: Template) -> dict[str, Any]:
        """Those of every version that the actor sees."""
        versions = list(versions_of(template, browsing.visible(request.user))[:MOST])
        shown = [row for version in versions for row in browsing.machines_of(request.user, version)]
        every = sum(len(uses_of(version.pk)) for version in versions)
        own = request.user.reaches(template.enterprise_id)
        return {"machines": shown, "others": every - len(shown) if own else 0}

    @staticmethod
    def versions(request: HttpRequest, template: Template) -> dict[str, Any]:
        seen = versions_of(template, browsing.visible(request.user))
        sized = seen.annotate(disk_bytes=Sum("disks__virtual_size_bytes"))
        rows = [
            {
                "template": version,
                "current": not version.is_superseded,
                "disk_bytes": version.disk_bytes,
                "machines": len(browsing.machines_of(request.user, version)),
            }
            for version in sized[:MOST]
        ]
        return {"versions": rows, "may_add": may_add_version(request.user, template)}

    @staticmethod
    def instances(request: HttpRequest, template: Template) -> dict[str, Any]:
        found = browsing.visible(request.user).filter(master=template)
        shown = cards(found, request.user)
        own = request.user.reaches(template.enterprise_id)
        return {"instances": shown, "others": template.instances.count() - len(shown) if own else 0}

    @staticmethod
    def download(request: HttpRequest, template: Template) -> dict[str, Any]:
        return download_of(request, template)

    @staticmethod
    def sharing(request: HttpRequest, template: Template) -> dict[str, Any]:
        known = Scope.objects.visible_to(request.user).filter(templates=template)
        return {"scopes": known.order_by("name")}

    @staticmethod
    def history(request: HttpRequest, template: Template) -> dict[str, Any]:
        events = Event.objects.visible_to(request.user).about("template", template.id).values(*EVENT_FIELDS)
        rows = keyset.read(events, order=keyset.Order(), key=request.GET.get("after", ""))
        return {"rows": rows, "hide_subject": True}


def _joining(request: HttpRequest, template: Template) -> dict[str, Any]:
    """Of an instance, whether it could become a version of its master."""
    master = browsing.visible(request.user).filter(pk=template.master_id).first()
    if master is None or not request.user.reaches(master.enterprise_id):
        return {}
    url = f"{reverse('catalogue:add_version', args=[master.pk])}?new={template.pk}"
    return {"may_version": may_add_version(request.user, master), "version_url": url}


def read_template(request: HttpRequest, template_id: int) -> Template:
    """The template with what its page names, or 404."""
    related = ("repository__datacenter", "enterprise", "category", "line__current")
    return get_object_or_404(browsing.visible(request.user).select_related(*related), pk=template_id)


def cards(templates: QuerySet, actor: Any) -> list[dict[str, Any]]:
    """Templates as flat rows with the size of their disks and whose they are."""
    rows = browsing.first_page(templates, MOST)
    return [row | browsing.whose(actor, row) for row in rows]
