"""Doing things to machines: one at a time with a confirmation where something is lost, or many with a preview."""
from django.http import HttpRequest, HttpResponse
from core.ui.pages import Page


class Act(Page):
    def get(self, request: HttpRequest, machine_id: int, action: str) -> HttpResponse:
        return HttpResponse()


class Bulk(Page):
    def post(self, request: HttpRequest, action: str) -> HttpResponse:
        return HttpResponse()
