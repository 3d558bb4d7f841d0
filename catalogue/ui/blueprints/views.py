"""Blueprints as cards or a list, and one of them with its content, versions, and who may use it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from catalogue.blueprints.comparing import differences
from catalogue.models import Blueprint, BlueprintVersion
from catalogue.services.blueprints import CONSUME, may_change_blueprint
from catalogue.ui.blueprints import browsing
from catalogue.ui.blueprints.drawing import drawing_of
from core.ui import keyset
from core.ui.pages import Page
from events.models import Event
from infrastructure.models import Datacenter
from operations.ui.event_filter import EVENT_FIELDS
from tenants.access import may_somewhere
from tenants.models import Scope

PAGE = 48
TABS = (
    ("overview", _("Content")),
    ("versions", _("Versions")),
    ("sharing", _("Who may use it")),
    ("history", _("History")),
)


class Blueprints(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = browsing.Wanted.read(request.GET)
        blueprints = wanted.apply(browsing.visible(request.user), request.user)
        rows = keyset.read(
            blueprints.values(*browsing.FIELDS),
            order=browsing.ORDER,
            key=request.GET.get("after", ""),
            size=PAGE,
        )
        context = {
            "rows": rows,
            "blueprints": [browsing.completed(request.user, row) for row in rows.rows],
            "wanted": wanted,
            "offers": browsing.OFFERS,
            "may_make": browsing.may_make(request.user),
            "may_use": may_somewhere(request.user, CONSUME),
        }
        if request.headers.get("HX-Target") == "blueprints":
            return render(request, "catalogue/blueprint/_list.html", context)
        return render(request, "catalogue/blueprints.html", context)


class BlueprintPage(Page):
    def get(
        self,
        request: HttpRequest,
        blueprint_id: int,
        chapter: str = "overview",
        version_id: int | None = None,
    ) -> HttpResponse:
        if chapter not in dict(TABS):
            raise Http404
        blueprint = browsing.read_blueprint(request, blueprint_id)
        version = browsing.read_version(request, blueprint, version_id)
        context = {
            "blueprint": blueprint,
            "version": version,
            "tab": chapter,
            "tabs": TABS,
            "is_own": request.user.reaches(blueprint.enterprise_id),
            "may_change": may_change_blueprint(request.user, blueprint),
            "may_use": may_somewhere(request.user, CONSUME),
        }
        context |= getattr(self, chapter)(request, blueprint, version)
        return render(request, f"catalogue/blueprint/{chapter}.html", context)

    @staticmethod
    def overview(request: HttpRequest, blueprint: Blueprint, version: BlueprintVersion) -> dict[str, Any]:
        content = version.read_content
        places = Datacenter.objects.visible_to(request.user).filter(blueprints=blueprint)
        return {"content": content, "drawing": drawing_of(content), "places": places.order_by("name")}

    @staticmethod
    def versions(request: HttpRequest, blueprint: Blueprint, version: BlueprintVersion) -> dict[str, Any]:
        versions = list(
            BlueprintVersion.objects.visible_to(request.user)
            .filter(blueprint=blueprint)
            .select_related("blueprint")
            .order_by("-number")
        )
        after = _chosen(versions, request.GET.get("to")) or versions[0]
        before = _chosen(versions, request.GET.get("from")) or _older(versions, after)
        told = differences(before.read_content, after.read_content) if before else []
        return {"versions": versions, "before": before, "after": after, "differences": told}

    @staticmethod
    def sharing(request: HttpRequest, blueprint: Blueprint, version: BlueprintVersion) -> dict[str, Any]:
        known = Scope.objects.visible_to(request.user).filter(blueprints=blueprint)
        places = Datacenter.objects.visible_to(request.user).filter(blueprints=blueprint)
        return {"scopes": known.order_by("name"), "places": places.order_by("name")}

    @staticmethod
    def history(request: HttpRequest, blueprint: Blueprint, version: BlueprintVersion) -> dict[str, Any]:
        events = Event.objects.visible_to(request.user).about("blueprint", blueprint.id)
        rows = keyset.read(
            events.values(*EVENT_FIELDS), order=keyset.Order(), key=request.GET.get("after", "")
        )
        return {"rows": rows, "hide_subject": True}


def _chosen(versions: list[BlueprintVersion], sent: str | None) -> BlueprintVersion | None:
    return next((each for each in versions if str(each.number) == sent), None)


def _older(versions: list[BlueprintVersion], than: BlueprintVersion) -> BlueprintVersion | None:
    return next((each for each in versions if each.number < than.number), None)
