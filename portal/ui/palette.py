"""Search over objects, actions and pages: one small query per kind of thing, the actor's own only."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Blueprint, Template
from compute.models import VirtualAppliance, VirtualDatacenter
from compute.states import ACTIONS, decide
from compute.ui.filters import MachineFilter
from compute.ui.rows import complete, machine_values
from core.ui.pages import Page
from portal.navigation import areas_for
from portal.wording import look_of
from tenants.access import may
from tenants.models import Enterprise

FEW = 6
VERBS = {
    "start": "power_on",
    "run": "power_on",
    "stop": "shut_down",
    "halt": "power_off",
    "kill": "power_off",
    "reset": "reset",
    "pause": "pause",
    "resume": "resume",
    "deploy": "deploy",
    "undeploy": "undeploy",
    "delete": "delete",
    "remove": "delete",
}
NAMED = (
    (gettext_lazy("Virtual appliances"), VirtualAppliance, "compute:virtual_appliance", "stack-2"),
    (gettext_lazy("Virtual datacenters"), VirtualDatacenter, "compute:virtual_datacenter", "cloud"),
    (gettext_lazy("Catalogue"), Template, "catalogue:template", "packages"),
    (gettext_lazy("Blueprints"), Blueprint, "catalogue:blueprint", "sitemap"),
    (gettext_lazy("Enterprises"), Enterprise, "tenants:enterprise", "building"),
)
# Pages beside the areas, found by typing: name, words they are looked for by too, page, icon, privilege.
PAGES = (
    (
        gettext_lazy("Upload a template"), "import image iso ova vmdk qcow2 file",
        "catalogue:upload", "upload", "APPLIB_UPLOAD_IMAGE",
    ),
    (
        gettext_lazy("Fetch a template from an address"), "import image iso ova download url",
        "catalogue:fetch", "world-download", "APPLIB_UPLOAD_IMAGE",
    ),
    (gettext_lazy("Blueprints"), "yaml", "catalogue:blueprints", "sitemap", ""),
    (
        gettext_lazy("Remote repositories"), "ovf index download",
        "catalogue:remote_repositories", "world", "",
    ),
    (gettext_lazy("Categories"), "", "catalogue:categories", "tags", ""),
    (gettext_lazy("Repositories"), "room capacity files", "catalogue:repositories", "database", ""),
    (gettext_lazy("My SSH keys"), "public key", "identity:ssh_keys", "key", ""),
)  # fmt: skip


class Palette(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.get("q", "").strip()
        groups = [{"name": name, "items": items} for name, items in _groups(query, request.user) if items]
        return render(request, "portal/_palette_results.html", {"groups": groups, "query": query})


def _groups(query: str, actor: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if query:
        yield _("Do"), _actions(query, actor)
        yield _("Machines"), _machines(query, actor)
        for title, model, view, icon in NAMED:
            yield title, _named(model, (view, icon), query, actor)
    yield _("Go to"), _pages(query, actor)


def _actions(query: str, actor: Any) -> list[dict[str, Any]]:
    """ "stop web-01": a verb and the beginning of a name."""
    verb, _space, name = query.partition(" ")
    action = ACTIONS.get(VERBS.get(verb.lower(), verb.lower()))
    if action is None or not name.strip():
        return []
    named = machine_values(actor).filter(name__icontains=name.strip()).order_by("name")
    return [
        {
            "name": f"{action.title} {row['name']}",
            "icon": action.icon,
            "url": f"{reverse('compute:machine', args=[row['id']])}?do={action.name}",
            "hint": look_of(row["shown_state"]).word,
        }
        for row in complete(named[:FEW], actor)
        if decide(action, state=row["state"], locked=row["locked"], actor=actor)
    ]


def _machines(query: str, actor: Any) -> list[dict[str, Any]]:
    found = MachineFilter(query=query).apply(machine_values(actor), actor).order_by("name")[:FEW]
    return [
        {
            "name": row["name"],
            "icon": "server-2",
            "url": reverse("compute:machine", args=[row["id"]]),
            "hint": " · ".join([str(look_of(row["shown_state"]).word), *row["addresses"]]),
        }
        for row in complete(found, actor)
    ]


def _named(model: Any, look: tuple[str, str], query: str, actor: Any) -> list[dict[str, Any]]:
    view, icon = look
    rows = model.objects.visible_to(actor).filter(name__icontains=query).distinct().order_by("name")
    return [
        {"name": name, "icon": icon, "url": reverse(view, args=[row_id])}
        for row_id, name in rows.values_list("id", "name")[:FEW]
    ]


def _pages(query: str, actor: Any) -> list[dict[str, Any]]:
    pages = [{"name": str(a.name), "icon": a.icon, "url": reverse(a.view)} for a in areas_for(actor)]
    if actor.holds_somewhere("VAPP_DEPLOY_UNDEPLOY"):
        pages.insert(0, {"name": _("Deploy a machine"), "icon": "plus", "url": reverse("compute:deploy")})
    if may(actor, "VDC_MANAGE"):
        url = reverse("compute:create_virtual_datacenter")
        pages.append({"name": _("New virtual datacenter"), "icon": "plus", "url": url})
    named = [page for page in pages if query.lower() in page["name"].lower()]
    return named + [
        {"name": str(name), "icon": icon, "url": reverse(view)}
        for name, words, view, icon, privilege in PAGES
        if query and query.lower() in f"{name} {words}".lower()
        if not privilege or may(actor, privilege)
    ]
