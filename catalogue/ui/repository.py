"""The page of one template repository: how full it is, of what, what moves, and the last look at it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import FoundFile, TemplateRepository
from catalogue.sagas.refreshing import KIND
from catalogue.services.repository_state import MANAGE, refresh_repository
from catalogue.services.uploads import UPLOAD
from catalogue.ui.repository_use import by_enterprise, largest_templates, sent_to, tasks_in
from core.ui.pages import Page, told
from infrastructure.limit_bars import limit_bars
from infrastructure.models import Datacenter, LocationLimit
from operations.models import Operation
from operations.ui.presenting import task_of
from tenants.access import may
from tenants.reach import Reach
from tenants.usage import Extent

MIB = 1024 * 1024
MOST_FOUND = 200
NEARLY_FULL = 90
PARTS = {
    "repository-now": "catalogue/repository/_now.html",
    "repository-use": "catalogue/repository/_use.html",
}
SHOW_CAPACITY = "APPLIB_SHOW_DC_CAPACITY"
SHOW_LIMITS = "ENTERPRISE_SHOW_STATS_LIMITS"


class RepositoryPage(Page):
    """POST has it looked through."""

    failed_to = gettext_lazy("The repository was not looked through")

    def get(self, request: HttpRequest, datacenter_id: int) -> HttpResponse:
        known = Datacenter.objects.visible_to(request.user).filter(repository__isnull=False)
        datacenter = get_object_or_404(known.select_related("repository"), pk=datacenter_id)
        part = request.headers.get("HX-Target", "")
        context = {"place": datacenter, "repository": datacenter.repository}
        if part != "repository-use":
            context |= self._now(request, datacenter.repository)
        if part != "repository-now":
            context |= self._use(request, datacenter.repository)
        name = (
            f"catalogue/{part.replace('-', '/_', 1)}.html" if part in PARTS else "catalogue/repository.html"
        )
        response = render(request, name, context)
        if part == "repository-now" and not context["busy"]:
            response.headers["HX-Trigger-After-Swap"] = "repositoryEnded"
        return response

    def post(self, request: HttpRequest, datacenter_id: int) -> HttpResponse:
        known = Datacenter.objects.visible_to(request.user)
        refresh_repository(
            actor=request.user,
            datacenter=get_object_or_404(known, pk=datacenter_id),
            enterprise_id=request.user.enterprise_id,
            correlation_id=request.correlation_id,
        )
        text = _("The repository is being looked through. What was found is shown in a moment.")
        return told(text, repositoryChanged={})

    @staticmethod
    def _now(request: HttpRequest, repository: TemplateRepository) -> dict[str, Any]:
        """What moves: tasks, what is being sent, the last look."""
        look, tasks = _last_look(request.user, repository), tasks_in(request.user, repository)
        sent = sent_to(request.user, repository)
        return {
            "look": look,
            "tasks": tasks,
            "sent": sent,
            "busy": bool(tasks or sent or look and look["active"]),
        }

    @staticmethod
    def _use(request: HttpRequest, repository: TemplateRepository) -> dict[str, Any]:
        actor = request.user
        lines = by_enterprise(actor, repository)
        found = FoundFile.objects.visible_to(actor).filter(repository=repository).order_by("path")
        sees_capacity = may(actor, SHOW_CAPACITY)
        return {
            "lines": lines,
            "largest": largest_templates(actor, repository),
            "found": list(found[:MOST_FOUND]),
            "sees_found": bool(may(actor, MANAGE)),
            "sees_capacity": sees_capacity,
            "room": _room(actor, repository, lines) if sees_capacity else None,
            "limits": _own_limits(actor, repository),
            "may_refresh": may(actor, MANAGE),
            "may_upload": may(actor, UPLOAD),
        }


def _last_look(actor: Any, repository: TemplateRepository) -> dict[str, Any] | None:
    """The newest task that looked through it, if the actor may see one."""
    looks = Operation.objects.visible_to(actor).about("template_repository", repository.pk).filter(kind=KIND)
    last = looks.prefetch_related("steps").order_by("-created_at").first()
    return task_of(last, actor) if last else None


def _room(actor: Any, repository: TemplateRepository, lines: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The whole store as parts of 100; None before the appliance manager said how large it is."""
    if repository.used_mib is None:
        return None
    capacity, used = repository.capacity_mib * MIB, repository.used_mib * MIB
    share = round(100 * used / capacity)
    return {
        "parts": _parts(actor, lines, used, capacity),
        "used": used,
        "capacity": capacity,
        "free": max(capacity - used, 0),
        "share": share,
        "nearly_full": share >= NEARLY_FULL,
    }


def _parts(actor: Any, lines: list[dict[str, Any]], used: int, capacity: int) -> list[dict[str, Any]]:
    """What is in use, from left to right, in percent of the capacity."""
    names = {"files": _("Templates"), "converted": _("Converted files"), "packages": _("Packages")}
    sizes = {part: sum(line[part] for line in lines) for part in names}
    names["rest"] = _("Everything else") if actor.reach == Reach.ALL else _("Others, and everything else")
    sizes["rest"] = max(used - sum(sizes.values()), 0)
    offset, parts = 0.0, []
    for kind, size in sizes.items():
        width = min(100 * size / capacity, 100 - offset)
        if size:
            shown = {"offset": round(offset, 2), "width": round(width, 2)}
            parts.append({"kind": kind, "name": names[kind], "bytes": size} | shown)
        offset += width
    return parts


def _own_limits(actor: Any, repository: TemplateRepository) -> list[dict[str, Any]]:
    """The room the actor's enterprise may take in this location and takes, for who may see its limits."""
    if not may(actor, SHOW_LIMITS):
        return []
    there = LocationLimit.objects.visible_to(actor).filter(
        enterprise_id=actor.enterprise_id, datacenter_id=repository.datacenter_id
    )
    extent = Extent(actor.enterprise_id, datacenter_id=repository.datacenter_id)
    bars = [bar for limit in there for bar in limit_bars(limit, extent, whole=True)]
    return [bar for bar in bars if bar["resource"] == "repository_mib"]
