"""What is asked before an action: what is lost, what stays, what it costs. Reads only."""

from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute import services
from compute.models import VirtualMachine
from compute.states import Action, MachineState
from core.ui.amounts import size_text
from networking.models import AddressLease

WARNINGS = {
    "power_off": gettext_lazy("Like pulling the plug: what the guest has not written to disk is lost."),
    "reset": gettext_lazy("Like the reset button: what the guest has not written to disk is lost."),
    "shut_down": gettext_lazy("The guest is asked to end its programs and switch itself off."),
    "undeploy": gettext_lazy("The machine is taken off its host. Its disk and everything on it is deleted."),
    "delete": gettext_lazy("The machine is removed for good."),
    "instance": gettext_lazy(
        "Its disks are copied into the catalogue as they are now, as a template for more machines. "
        "Until that is done the machine stays off."
    ),
    "deploy": gettext_lazy(
        "Deployed machines cost money until they are undeployed, also while they are off."
    ),
}
ASKS = ("deploy", "instance", "power_off", "reset", "undeploy", "delete")


def needs_name(machine: VirtualMachine, action: str) -> bool:
    """Whether the name has to be typed: data is lost that can't come back."""
    return action in ("delete", "undeploy") and machine.state != MachineState.NOT_ALLOCATED


def question(machine: VirtualMachine, action: Action, actor: Any) -> dict[str, Any]:
    """The dialog's values. Deploying shows its plan."""
    values: dict[str, Any] = {
        "machine": machine,
        "wanted": action,
        "title": _("%(action)s %(name)s?") % {"action": action.title, "name": machine.name},
        "text": WARNINGS.get(action.name, ""),
        "verb": action.title,
        "type_name": machine.name if needs_name(machine, action.name) else "",
        "tone": "primary" if action.name in ("deploy", "instance") else "danger",
        "fields": {},
    }
    if action.name in ("undeploy", "delete"):
        values |= {"losses": _losses(machine, action.name, actor), "keeps": _keeps(action.name)}
    if action.name == "deploy" and machine.state == MachineState.NOT_ALLOCATED:
        plan = services.plan_deployment(machine)
        values["plan"] = plan.as_dict(actor)
        values["approval"] = services.foreseen_approval(actor, plan)
        values["fields"] = {"fingerprint": plan.fingerprint, "key": uuid4().hex}
    return values


def _losses(machine: VirtualMachine, action: str, actor: Any) -> list[str]:
    losses = []
    if machine.state != MachineState.NOT_ALLOCATED:
        size = size_text(machine.disk_mib)
        losses.append(_("%(size)s of disk with everything on it") % {"size": size})
        leases = AddressLease.objects.visible_to(actor).filter(nic__virtual_machine_id=machine.id)
        losses += [_("The address %(ip)s") % {"ip": ip} for ip in leases.values_list("ip", flat=True)]
    if action == "delete":
        losses.append(_("Name, size and network cards of the machine"))
    return losses


def _keeps(action: str) -> list[str]:
    if action == "delete":
        return [_("Its history in Activity")]
    return [_("Name, size and network cards: it can be deployed again, from a fresh disk")]
