"""The one-page deploy form and its plan."""
from django.http import HttpRequest, HttpResponse
from core.ui.pages import Page


class Deploy(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Plan(Page):
    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()
