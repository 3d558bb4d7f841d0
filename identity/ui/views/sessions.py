"""Where I am signed in, and for administrators where others are."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ui import keyset
from core.ui.pages import Page
from identity.models import BrowserSession
from identity.services.sessions import NOTE, end_oldest, end_sessions, sign_out_everywhere
from identity.ui.tabs import tabs_for
from tenants.access import require

COLUMNS = (
    "id", "user_id", "user__nick", "user__enterprise__name", "address", "agent", "signed_in_at",
    "last_seen_at",
)  # fmt: skip
SEE_OTHERS = "USERS_ENUMERATE_CONNECTED"


class Sessions(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        own = visible(request).filter(user_id=request.user.pk).order_by("-last_seen_at")
        context = {
            "rows": list(own.values(*COLUMNS)),
            "present": present_row(request),
            "tabs": tabs_for(request),
            "sees_others": SEE_OTHERS in request.user.privileges,
        }
        return render(request, "identity/sessions.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """End all but the present one."""
        others = visible(request).exclude(pk=present_row(request))
        count = sign_out_everywhere(actor=request.user, user=request.user, sessions=others)
        messages.success(request, _("%(count)s other sessions were ended.") % {"count": count})
        return HttpResponseRedirect(reverse("identity:sessions"))


class OtherSessions(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, SEE_OTHERS)
        rows = visible(request)
        query = request.GET.get("q", "").strip()
        if query:
            rows = rows.filter(user__nick__icontains=query)
        order = keyset.Order("last_seen_at", descending=True)
        found = keyset.read(rows.values(*COLUMNS), order=order, key=request.GET.get("after", ""))
        context = {"rows": found, "query": query, "present": present_row(request)}
        return render(request, "identity/all_sessions.html", context)


class EndSession(Page):
    failed_to = _("The session was not ended")

    def post(self, request: HttpRequest, session: int) -> HttpResponse:
        chosen = visible(request).filter(pk=session)
        others = not chosen.filter(user_id=request.user.pk).exists()
        if not end_sessions(actor=request.user, sessions=chosen):
            raise Http404
        messages.success(request, _("The session was ended."))
        return HttpResponseRedirect(reverse("identity:all_sessions" if others else "identity:sessions"))


class TooManySessions(Page):
    """Where one is led who is signed in more often than allowed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        note = request.session.get(NOTE, {})
        if not note.get("too_many"):
            return HttpResponseRedirect("/")
        own = visible(request).filter(user_id=request.user.pk).exclude(pk=note["row"])
        rows = list(own.order_by("last_seen_at").values(*COLUMNS))
        return render(request, "identity/too_many_sessions.html", {"rows": rows, "count": note["too_many"]})

    def post(self, request: HttpRequest) -> HttpResponse:
        end_oldest(request=request)
        return HttpResponseRedirect("/")


def visible(request: HttpRequest):
    """The sessions the actor sees that still go on."""
    return BrowserSession.objects.visible_to(request.user).alive(timezone.now())


def present_row(request: HttpRequest) -> int | None:
    """Which row is the session one looks from."""
    return request.session.get(NOTE, {}).get("row")
