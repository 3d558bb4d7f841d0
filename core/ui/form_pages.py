"""The page of a single form, as creating and changing things show it."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_page(
    request: HttpRequest, form: Form, error: dict[str, Any] | None = None, **words: Any
) -> HttpResponse:
    """``words``: ``title``, ``verb`` on the button, ``back_url``, perhaps ``lead``; ``error`` is why a
    service refused, which stands above the form."""
    context = {"form": form, "error": error, **words}
    return render(request, "components/form_page.html", context, status=409 if error else 200)
