"""How somebody else signs in, for administrators: what protects them, a lock, their sessions."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.ui.pages import Page
from identity.services import second_factor
from identity.services.failures import is_locked, unlock
from identity.services.sessions import sign_out_everywhere
from identity.ui.views.sessions import COLUMNS, SEE_OTHERS, visible
from tenants.access import require
from tenants.models import User

MANAGE = "USERS_MANAGE_USERS"


class SignInOf(Page):
    failed_to = _("Nothing was changed")

    def get(self, request: HttpRequest, user: int) -> HttpResponse:
        require(request.user, MANAGE)
        person = person_of(request, user)
        sessions = visible(request).filter(user_id=person.pk).order_by("-last_seen_at")
        context = {
            "person": person,
            "locked": is_locked(person),
            "methods": second_factor.methods_of(person),
            "sees_sessions": SEE_OTHERS in request.user.privileges,
            "rows": list(sessions.values(*COLUMNS)),
        }
        return render(request, "identity/sign_in_of.html", context)

    def post(self, request: HttpRequest, user: int) -> HttpResponse:
        require(request.user, MANAGE)
        person = person_of(request, user)
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        messages.success(request, act(request, person))
        return HttpResponseRedirect(reverse("identity:sign_in_of", args=[person.pk]))


def person_of(request: HttpRequest, pk: int) -> User:
    """Raises Http404 for whom the actor does not see."""
    found = User.objects.visible_to(request.user).select_related("enterprise", "role", "scope")
    person = found.filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _unlock(request: HttpRequest, person: User) -> str:
    unlock(actor=request.user, user=person)
    return _("The account is open again.")


def _switch_off(request: HttpRequest, person: User) -> str:
    second_factor.disable(actor=request.user, user=person)
    return _("The second factor was switched off.")


def _end_all(request: HttpRequest, person: User) -> str:
    require(request.user, SEE_OTHERS)
    count = sign_out_everywhere(actor=request.user, user=person, sessions=visible(request))
    return _("%(count)s sessions were ended.") % {"count": count}


ACTS: dict[str, Callable[[HttpRequest, User], str]] = {
    "unlock": _unlock,
    "second_factor_off": _switch_off,
    "end_sessions": _end_all,
}
