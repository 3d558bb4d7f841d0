"""The console in a window of its own, and the tickets its script asks for."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from compute.models import VirtualMachine
from consoles.services import issue_ticket
from core.errors import DomainError
from core.ui.pages import Page


class Window(Page):
    def get(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        return render(request, "consoles/console.html", {"machine": _machine(request, machine_id)})


class Ticket(Page):
    """Answers JSON, also when it refuses: only the console's script asks."""

    def post(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        token = issue_ticket(
            actor=request.user,
            virtual_machine=_machine(request, machine_id),
            session_key=request.session.session_key,
        )
        return JsonResponse({"ticket": token, "address": f"/ws/machines/{machine_id}/console/"})

    def handle_no_permission(self) -> HttpResponse:
        words = {"title": _("You are not signed in"), "sign_in": reverse("account_login")}
        return JsonResponse(words, status=HTTPStatus.UNAUTHORIZED)

    def refused(self, error: DomainError) -> HttpResponse:
        words = {"title": error.message, "help": error.remedy, "code": error.code}
        return JsonResponse(words, status=error.status)


def _machine(request: HttpRequest, machine_id: int) -> VirtualMachine:
    machine = VirtualMachine.objects.visible_to(request.user).filter(pk=machine_id).first()
    if machine is None:
        raise Http404(_("There is no such machine."))
    return machine
