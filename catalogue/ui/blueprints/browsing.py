"""What the list of blueprints is narrowed by, and its rows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from catalogue.models import Blueprint, BlueprintVersion
from catalogue.services.blueprints import MANAGE
from catalogue.ui.browsing import VIEWS
from core.ui.keyset import Order
from tenants.access import Decision, may

ORDER = Order("name", descending=False)
OFFERS = (("", _("All")), ("own", _("Ours")), ("offered", _("Shared with us")))
FIELDS = (
    "id", "name", "description", "icon", "updated_at", "enterprise_id", "enterprise__name",
    "default_version__number", "default_version__content", "default_version__created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What somebody asked to see; an empty value asks for all."""

    query: str = ""
    view: str = "cards"
    offer: str = ""

    @classmethod
    def read(cls, sent: QueryDict) -> "Wanted":
        """Values nobody offered count as not given."""
        view, offer = sent.get("view", ""), sent.get("offer", "")
        return cls(
            query=sent.get("q", "").strip()[:100],
            view=view if view in VIEWS else "cards",
            offer=offer if offer in dict(OFFERS) else "",
        )

    @property
    def narrows(self) -> bool:
        return bool(self.query or self.offer)

    def apply(self, blueprints: QuerySet, actor: Any) -> QuerySet:
        """Narrow blueprints the actor sees."""
        if self.query:
            blueprints = blueprints.filter(
                Q(name__icontains=self.query) | Q(description__icontains=self.query)
            )
        if self.offer == "own":
            return blueprints.filter(enterprise_id=actor.enterprise_id)
        return blueprints.exclude(enterprise_id=actor.enterprise_id) if self.offer else blueprints


def visible(actor: Any) -> QuerySet:
    return Blueprint.objects.visible_to(actor)


def completed(actor: Any, row: dict[str, Any]) -> dict[str, Any]:
    """The row with the numbers of its content, and whose it is, as far as the actor knows."""
    content = row.pop("default_version__content") or {}
    known = actor.reaches(row["enterprise_id"])
    return row | {
        "machines": sum(machine.get("count", 1) for machine in content.get("machines", ())),
        "networks": len(content.get("networks", ())),
        "mine": row["enterprise_id"] == actor.enterprise_id,
        "owner": row["enterprise__name"] if known else "",
    }


def read_blueprint(request: HttpRequest, blueprint_id: int) -> Blueprint:
    """The blueprint with what its page names, or 404."""
    found = visible(request.user).select_related("enterprise", "default_version")
    return get_object_or_404(found, pk=blueprint_id)


def read_version(request: HttpRequest, blueprint: Blueprint, version_id: int | None) -> BlueprintVersion:
    """The version with this id, or the default one; 404 when there is none."""
    pk = version_id if version_id is not None else blueprint.default_version_id
    versions = BlueprintVersion.objects.visible_to(request.user).filter(blueprint=blueprint)
    return get_object_or_404(versions.select_related("blueprint"), pk=pk)


def may_make(actor: Any) -> Decision:
    """Whether the actor may make blueprints in their enterprise, with the reason when not."""
    return may(actor, MANAGE)
