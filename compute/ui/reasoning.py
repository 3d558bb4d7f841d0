"""The question "why can / can't X do Y": finding who, what and which thing, and answering it. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.states import ACTIONS, Action, decide
from core.errors import Reason
from tenants.access import Decision, Finding, explain, may
from tenants.models import Privilege, User

KINDS = {
    "virtual_datacenter": (VirtualDatacenter, ()),
    "virtual_appliance": (VirtualAppliance, ()),
    "virtual_machine": (VirtualMachine, ("virtual_appliance",)),
}
FEW = 8
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Question:
    """``action`` None: only the privilege is asked for. ``thing`` None: in general."""

    person: User
    privilege: str
    action: Action | None = None
    thing: Any = None

    def answer(self) -> Decision:
        """What the service behind the button would say."""
        if self.action is None or not isinstance(self.thing, VirtualMachine):
            return may(self.person, self.privilege, self.thing)
        return decide(
            self.action,
            state=self.thing.state,
            locked=self.thing.locked,
            actor=self.person,
            machine=self.thing,
        )

    def findings(self) -> tuple[Finding, ...]:
        """Everything that was looked at; the machine's state first, as it is told first."""
        found = explain(self.person, self.privilege, self.thing)
        if self.action is None or not isinstance(self.thing, VirtualMachine):
            return found
        decision = self.answer()
        if not decision and not decision.by_right:
            return (Finding(_("State"), False, decision.reason), *found)
        words = _("%(name)s is in a state in which this is possible.") % {"name": self.thing.name}
        return (Finding(_("State"), True, Reason("PASSED", words)), *found)


def person_called(viewer: User, text: str) -> User | None:
    """The user of this name or id as they act, among those the viewer manages."""
    seen = User.objects.visible_to(viewer).select_related("enterprise", "switched_to", "role", "scope")
    found = seen.filter(nick=text).first()
    if found is None and text.isdecimal():
        found = seen.filter(pk=int(text)).first()
    return found.acting() if found else None


def people(viewer: User) -> list[str]:
    """Names to choose from."""
    return list(User.objects.visible_to(viewer).order_by("nick").values_list("nick", flat=True)[:MOST_PEOPLE])


def privilege_behind(viewer: User, what: str) -> tuple[str, Action | None]:
    """The privilege that is asked for, by its own name or by that of an action; empty for neither."""
    if what in ACTIONS:
        return ACTIONS[what].privilege, ACTIONS[what]
    known = Privilege.objects.visible_to(viewer).filter(name=what).exists()
    return (what if known else ""), None


def thing_named(viewer: User, reference: str) -> Any:
    """The thing behind ``virtual_machine:12``, or None when there is none the viewer sees."""
    kind, _colon, pk = reference.partition(":")
    if kind not in KINDS or not pk.isdecimal():
        return None
    return _seen(viewer, kind).filter(pk=int(pk)).first()


def things_like(viewer: User, text: str) -> list[dict[str, Any]]:
    """A few things whose name has the text in it: ``reference``, ``name`` and ``kind`` of each."""
    if not text:
        return []
    return [
        {"reference": f"{kind}:{row.pk}", "name": row.name, "kind": str(_word(row))}
        for kind in KINDS
        for row in _seen(viewer, kind).filter(name__icontains=text).order_by("name")[:FEW]
    ]


def _word(row: Any) -> str:
    return row._meta.verbose_name


def _seen(viewer: User, kind: str):
    model, related = KINDS[kind]
    rows = model.objects.visible_to(viewer)
    if model is VirtualMachine:
        rows = rows.with_locked()
    return rows.select_related(*related) if related else rows
