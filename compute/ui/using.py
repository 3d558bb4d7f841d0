"""From the page that uses a blueprint to services: what was chosen, and how it is shown again."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict

from catalogue.models import BlueprintVersion
from compute import services
from compute.blueprints.questions import Question
from compute.blueprints.target import Choices
from compute.models import VirtualDatacenter
from compute.services.blueprints import Validation
from compute.ui.filters import whole_number
from tenants.access import Decision, may

MOST = 200
NAME_LENGTH = 128
DEPLOY = "VAPP_DEPLOY_UNDEPLOY"
ANSWER = ("template_", "profile_", "network_")
SHOWN_CANDIDATES = 100


@dataclass(frozen=True)
class Using:
    """One version in one virtual datacenter, with what was chosen so far."""

    version: BlueprintVersion
    virtual_datacenter: VirtualDatacenter
    choices: Choices
    starts: bool

    def validate(self, actor: Any) -> Validation:
        return services.validate_blueprint(
            actor=actor,
            version=self.version,
            virtual_datacenter=self.virtual_datacenter,
            choices=self.choices,
            starts=self.starts,
        )


def places(actor: Any) -> list[VirtualDatacenter]:
    """Where the actor could use a blueprint."""
    seen = VirtualDatacenter.objects.visible_to(actor).select_related("datacenter", "enterprise")
    return list(seen.order_by("name")[:MOST])


def chosen_place(found: list[VirtualDatacenter], sent: str | None) -> VirtualDatacenter | None:
    """The one that was asked for, else the first."""
    asked = [each for each in found if str(each.pk) == sent]
    return next(iter(asked or found), None)


def choices_of(sent: QueryDict) -> Choices:
    """Answers that are no numbers count as not given."""
    answers = {name: whole_number(sent[name]) for name in sent if name.startswith(ANSWER)}
    return Choices(
        answers={name: number for name, number in answers.items() if number is not None},
        name=sent.get("name", "").strip()[:NAME_LENGTH],
        terms_accepted=bool(sent.get("terms_accepted")),
    )


def starts_of(request: HttpRequest, vdc: VirtualDatacenter) -> bool:
    """Whether the machines shall be deployed: asked for by the form, else as far as the actor may."""
    if request.method == "POST":
        return bool(request.POST.get("starts"))
    return bool(may_start(request.user, vdc))


def may_start(actor: Any, vdc: VirtualDatacenter) -> Decision:
    return may(actor, DEPLOY, vdc)


def shown(question: Question) -> dict[str, Any]:
    """A question for the page: its first candidates, and always the chosen one."""
    first = list(question.candidates[:SHOWN_CANDIDATES])
    if question.chosen is not None and question.chosen not in first:
        first.append(question.chosen)
    return {"question": question, "candidates": first, "hidden": len(question.candidates) - len(first)}
