"""The page that answers "why can / can't X do Y"."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from compute.states import ACTIONS
from compute.ui import reasoning
from core.ui.pages import Page
from tenants.privilege_words import title_of
from tenants.ui.privilege_groups import groups_of


class Why(Page):
    """``user`` is a name, ``what`` an action or a privilege, ``thing`` a reference or part of a name."""

    def get(self, request: HttpRequest) -> HttpResponse:
        viewer = request.user
        asked = {name: request.GET.get(name, "").strip() for name in ("user", "what", "thing")}
        person = reasoning.person_called(viewer, asked["user"] or viewer.nick)
        thing = reasoning.thing_named(viewer, asked["thing"])
        context: dict[str, Any] = {
            "asked": asked,
            "person": person,
            "thing": thing,
            "people": reasoning.people(viewer),
            "actions": ACTIONS.values(),
            "groups": groups_of(viewer, set()),
            "matches": [] if thing else reasoning.things_like(viewer, asked["thing"]),
        }
        privilege, action = reasoning.privilege_behind(viewer, asked["what"])
        if person and privilege and (thing or not asked["thing"]):
            question = reasoning.Question(person, privilege, action, thing)
            context |= {
                "privilege": privilege,
                "privilege_title": title_of(privilege),
                "action": action,
                "answer": question.answer(),
                "findings": question.findings(),
            }
        return render(request, "tenants/why.html", context)
