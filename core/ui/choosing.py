"""Choosing some of very many rows in a form: what is chosen stands as chips, the rest is searched for page by
page. ``choices_page`` answers the search; whoever uses it decides which rows may be found."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core.ui import keyset

PAGE_SIZE = 20
MOST_CHIPS = 100
LONGEST_ID = 18


class Chooser(forms.SelectMultiple):
    """The widget of a ModelMultipleChoiceField whose rows nobody wants to read one by one.

    ``view`` names the address that answers the search, with what is in ``arguments``; ``search`` is what
    stands in the empty box. Ids come in one value, divided by commas: a form may hold more of them than a
    request may hold fields.
    """

    input_type = "text"
    allow_multiple_selected = True

    def __init__(self, view: str, *, search: str | Promise, column: str = "name"):
        super().__init__()
        self.view, self.search, self.column = view, search, column
        self.arguments: tuple[Any, ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [part for value in given for part in str(value).split(",") if part]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """What the actor doesn't see is left out, though it may be chosen: the form keeps that."""
        ids = [str(each) for each in value or () if str(each).isdecimal() and len(str(each)) <= LONGEST_ID]
        known = self.choices.queryset.filter(pk__in=ids).order_by(self.column)
        chosen = list(known.values_list("pk", self.column)) if ids else []
        context = {
            "name": name,
            "attrs": attrs or {},
            "more": [(key, text) for key, text in (attrs or {}).items() if key.startswith("aria-")],
            "value": ",".join(str(pk) for pk, _label in chosen),
            "chips": chosen[:MOST_CHIPS],
            "hidden": max(len(chosen) - MOST_CHIPS, 0),
            "url": reverse(self.view, args=self.arguments),
            "search": self.search,
        }
        return SafeString(render_to_string("components/chooser.html", context))


def choices_page(request: HttpRequest, rows: QuerySet, *, column: str = "name") -> HttpResponse:
    """One page of the rows whose ``column`` contains ``q``, as entries of the list under the search box."""
    query = request.GET.get("q", "").strip()
    found = rows.filter(**{f"{column}__icontains": query}) if query else rows
    order = keyset.Order(column, descending=False)
    page = keyset.read(
        found.values("id", column), order=order, key=request.GET.get("after", ""), size=PAGE_SIZE
    )
    entries = [(row["id"], row[column]) for row in page.rows]
    context = {"entries": entries, "next_key": page.next_key, "is_first": page.is_first, "query": query}
    return render(request, "components/chooser_entries.html", context)
