"""What the list of templates is narrowed by, read from an address, and what there is to choose from."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _

from catalogue.models import Category, Template, TemplateState
from catalogue.os_types import FAMILIES
from catalogue.uses import uses_shown_to
from contracts.vocabulary import DiskFormat
from core.ui.keyset import Order
from infrastructure.models import Datacenter

FIELDS = (
    "id", "name", "description", "icon", "os_type", "os_version", "vcpus", "memory_mib", "state", "shared",
    "repository__datacenter__name", "category__name", "enterprise_id", "enterprise__name", "login_user",
    "master_id", "created_at", "version", "line__current_id",
)  # fmt: skip
ORDER = Order("name", descending=False)
VIEWS = ("cards", "list")
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Wanted:
    """What somebody asked to see; an empty value asks for all."""

    query: str = ""
    view: str = "cards"
    category: int | None = None
    location: int | None = None
    family: str = ""
    format: str = ""
    offer: str = ""
    state: str = ""

    @classmethod
    def read(cls, sent: QueryDict) -> "Wanted":
        """Values nobody offered count as not given."""
        return cls(
            query=sent.get("q", "").strip()[:100],
            view=_one_of(VIEWS, sent.get("view", "")) or "cards",
            category=number_of(sent.get("category", "")),
            location=number_of(sent.get("location", "")),
            family=_one_of(FAMILIES, sent.get("family", "")),
            format=_one_of([each.value for each in DiskFormat], sent.get("format", "")),
            offer=_one_of(("own", "offered", "instances"), sent.get("offer", "")),
            state=_one_of(TemplateState.values, sent.get("state", "")),
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Wanted(view=self.view)

    def apply(self, templates: QuerySet, actor: Any) -> QuerySet:
        """Narrow templates the actor sees."""
        if self.query:
            templates = templates.filter(Q(name__icontains=self.query) | Q(description__icontains=self.query))
        if self.family:
            templates = templates.filter(os_type__in=FAMILIES[self.family])
        if self.format:
            templates = templates.in_formats([self.format])
        same = {
            "category_id": self.category,
            "repository__datacenter_id": self.location,
            "state": self.state or None,
        }
        templates = templates.filter(**{name: value for name, value in same.items() if value is not None})
        return self._by_offer(templates, actor)

    def _by_offer(self, templates: QuerySet, actor: Any) -> QuerySet:
        if self.offer == "own":
            return templates.filter(enterprise_id=actor.enterprise_id)
        if self.offer == "offered":
            return templates.exclude(enterprise_id=actor.enterprise_id)
        return templates.filter(master__isnull=False) if self.offer == "instances" else templates


def rows_of(templates: QuerySet) -> QuerySet:
    """Flat rows with the size of their disks, for pages by key."""
    return templates.annotate(disk_bytes=Sum("disks__virtual_size_bytes")).values(*FIELDS, "disk_bytes")


def facets(actor: Any) -> dict[str, Any]:
    """What can be chosen from: only what the actor sees."""
    return {
        "categories": Category.objects.visible_to(actor).values("id", "name")[:200],
        "locations": Datacenter.objects.visible_to(actor).filter(repository__isnull=False)[:200],
        "families": (
            ("linux", "Linux"), ("windows", "Windows"), ("bsd", "BSD"), ("other", _("Other systems"))
        ),
        "formats": [each.value for each in DiskFormat],
        "offers": (
            ("", _("All")), ("own", _("Ours")), ("offered", _("Shared with us")),
            ("instances", _("Instances")),
        ),
    }  # fmt: skip


def first_page(templates: QuerySet, most: int) -> list[dict[str, Any]]:
    """The first rows by name."""
    return list(rows_of(templates).order_by("name", "id")[:most])


def whose(actor: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Whose the template is, as far as the actor knows: its owner may be somebody else's enterprise."""
    known = actor.reaches(row["enterprise_id"])
    return {
        "superseded": row["line__current_id"] not in (None, row["id"]),
        "mine": row["enterprise_id"] == actor.enterprise_id,
        "owner": row["enterprise__name"] if known else "",
    }


def visible(actor: Any) -> QuerySet:
    return Template.objects.visible_to(actor)


def machines_of(actor: Any, template: Template) -> list[dict[str, Any]]:
    """The machines made of a template that the actor sees, with its version; older ones are ``outdated``."""
    version = {"version": template.version, "outdated": template.is_superseded}
    return [row | version for row in uses_shown_to(actor, template.pk)]


def _one_of(allowed: Any, sent: str) -> str:
    return sent if sent in allowed else ""


def number_of(sent: str) -> int | None:
    """An id that was sent, or None for what is none."""
    number = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < len(str(LARGEST_ID)) else None
    return number
