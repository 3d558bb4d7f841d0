"""Acts on one's own account that ask first: a question in a dialog, and the act once it is confirmed."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.ui.pages import Page, told


class Question(NamedTuple):
    """What the dialog shows; ``verb`` is on the button that does it."""

    title: str
    text: str
    verb: str


class AskedFirst(Page):
    """``question`` and ``act`` take what the address names; ``back`` names the page shown afterwards."""

    back = ""

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        context = {**self.question(**named)._asdict(), "action": request.path}
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        self.act(**named)
        return told("", location=reverse(self.back))
