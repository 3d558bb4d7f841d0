"""Remote repositories: adding them and having them read, and downloading what they offer into a location."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.definition_state import NOT_DOWNLOADED, states_of
from catalogue.models import TemplateDefinition, TemplateDefinitionList
from catalogue.sagas.list_reading import KIND
from catalogue.services import definition_lists as lists
from catalogue.services.bringing import DOWNLOAD, download_definition
from catalogue.services.rights import MODIFY
from catalogue.ui.places import repositories_of
from core.errors import DomainError, NotFound
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from operations.models import Operation
from operations.ui.presenting import task_of
from tenants.access import may

MOST_SHOWN = 200
LONGEST_QUERY = 100


class ListForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of its list"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://…/ovfindex.xml", "autofocus": True}),
        help_text=gettext_lazy("An ovfindex.xml, as its publisher gives it, or the folder it is in."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=128,
        help_text=gettext_lazy("Empty: what it calls itself."),
    )


class RemoteRepositories(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        seen = TemplateDefinitionList.objects.visible_to(request.user)
        context = {
            "lists": seen.annotate(number=Count("definitions")).select_related("enterprise")[:MOST_SHOWN],
            "may_change": may(request.user, MODIFY),
        }
        return render(request, "catalogue/remote_repositories.html", context)


class AddRemoteRepository(Page):
    failed_to = gettext_lazy("The remote repository was not added")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(request, ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form, error = ListForm(request.POST), None
        if form.is_valid():
            try:
                made = lists.announce_list(
                    actor=request.user,
                    enterprise=request.user.enterprise,
                    correlation_id=request.correlation_id,
                    **form.cleaned_data,
                )
                return redirect("catalogue:remote_repository", made.pk)
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self._shown(request, form, error)

    @staticmethod
    def _shown(request: HttpRequest, form: ListForm, error: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": _("Add a remote repository"),
            "lead": _("A list of templates that somebody publishes. What you need of it is downloaded."),
            "form": form,
            "error": error,
            "verb": _("Add and read"),
            "back_url": reverse("catalogue:remote_repositories"),
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:remote_repositories"), _("Remote repositories")),
            ],
        }
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


class RemoteRepository(Page):
    """What it offers, and how far that has been downloaded to one location."""

    failed_to = gettext_lazy("The list is not read")

    def get(self, request: HttpRequest, list_id: int) -> HttpResponse:
        seen = TemplateDefinitionList.objects.visible_to(request.user).select_related("enterprise")
        context = offered_by(request, get_object_or_404(seen, pk=list_id))
        fragment = request.headers.get("HX-Request")
        if fragment and "reading" in request.GET and not (context["reading"] or {}).get("active"):
            # Its name may have become another, and what it offers as well.
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        template = "catalogue/_definitions.html" if fragment else "catalogue/remote_repository.html"
        return render(request, template, context)

    def post(self, request: HttpRequest, list_id: int) -> HttpResponse:
        """Have it read again."""
        seen = TemplateDefinitionList.objects.visible_to(request.user).select_related("enterprise")
        found = get_object_or_404(seen, pk=list_id)
        lists.begin_reading(actor=request.user, definition_list=found, correlation_id=request.correlation_id)
        return told("", definitionsChanged={})


class RemoveRemoteRepository(Page):
    failed_to = gettext_lazy("The remote repository was not removed")

    def get(self, request: HttpRequest, list_id: int) -> HttpResponse:
        found = get_object_or_404(TemplateDefinitionList.objects.visible_to(request.user), pk=list_id)
        context = {
            "title": _("Remove the remote repository %(name)s?") % {"name": found.name},
            "text": _("What it offers is not shown any more. Templates that were downloaded stay."),
            "verb": _("Remove"),
            "action": reverse("catalogue:remove_remote_repository", args=[found.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, list_id: int) -> HttpResponse:
        seen = TemplateDefinitionList.objects.visible_to(request.user).select_related("enterprise")
        found = get_object_or_404(seen, pk=list_id)
        lists.remove_list(actor=request.user, definition_list=found)
        text = _("%(name)s was removed.") % {"name": found.name}
        return told(text, location=reverse("catalogue:remote_repositories"))


class DownloadDefinition(Page):
    failed_to = gettext_lazy("Nothing is downloaded")

    def post(self, request: HttpRequest, definition_id: int) -> HttpResponse:
        definitions = TemplateDefinition.objects.visible_to(request.user).select_related("enterprise")
        sent = request.POST.get("location", "")
        usable = {str(each.pk): each for each in repositories_of(request.user)}
        if sent not in usable:
            raise NotFound(_("There is no such location."), code="DC-0")
        download_definition(
            actor=request.user,
            definition=get_object_or_404(definitions, pk=definition_id),
            datacenter=usable[sent],
            correlation_id=request.correlation_id,
        )
        return told("", definitionsChanged={})


def offered_by(request: HttpRequest, found: TemplateDefinitionList) -> dict[str, Any]:
    """The definitions that match, with what became of them in the chosen location."""
    places = list(repositories_of(request.user))
    place = next((each for each in places if str(each.pk) == request.GET.get("location")), None)
    place = place or next(iter(places), None)
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    offered = TemplateDefinition.objects.visible_to(request.user).filter(definition_list=found)
    if query:
        words = (
            Q(name__icontains=query) | Q(description__icontains=query) | Q(product_vendor__icontains=query)
        )
        offered = offered.filter(words)
    definitions = list(offered.select_related("category")[:MOST_SHOWN])
    states = states_of(request.user, [each.pk for each in definitions], place.pk) if place else {}
    lines = [{"definition": each, "state": states.get(each.pk, NOT_DOWNLOADED)} for each in definitions]
    return {
        "list": found,
        "reading": _reading(request.user, found),
        "lines": lines,
        "places": places,
        "place": place,
        "query": query,
        "may_change": may(request.user, MODIFY),
        "may_download": may(request.user, DOWNLOAD),
        "any_under_way": any(line["state"].status == "DOWNLOADING" for line in lines),
        "most": MOST_SHOWN if len(definitions) == MOST_SHOWN else None,
    }


def _reading(actor: Any, found: TemplateDefinitionList) -> dict[str, Any] | None:
    """The newest operation that reads it, while it is under way or where it went wrong."""
    operations = Operation.objects.visible_to(actor).about("template_definition_list", found.pk)
    newest = operations.filter(kind=KIND).order_by("-created_at").prefetch_related("steps").first()
    shown = newest is not None and (newest.active or (newest.status == "failed" and found.problem))
    return task_of(newest, actor) if shown else None
