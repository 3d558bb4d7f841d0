"""Making a virtual appliance of a blueprint. Its steps are services, done in the name of who asked for it.

Everything was decided when it was accepted. Each step is one transaction: it happens wholly or not at all.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Template
from compute.models import VirtualAppliance, VirtualMachine
from compute.sagas.removal import forget_machine
from compute.services.access import active_operation
from compute.services.deployment import deploy
from compute.services.virtual_machine import create_virtual_machine
from compute.states import MachineState
from core.errors import Conflict, NotFound
from events.models import Severity
from events.services import record_event
from infrastructure.models import HardwareProfile
from networking.models import Network
from networking.services import add_private_network, withdraw_private_network
from operations.models import Operation
from operations.saga import Saga, Step, register
from tenants.limits import Force, asked_force
from tenants.models import User

KIND = "virtual_appliance.materialise"


def make_networks(operation: Operation) -> dict[str, Any]:
    """Answers the ids of the new ones, and of all by the blueprint's names."""
    appliance, actor = _appliance_of(operation), _actor_of(operation)
    made, by_part = [], {}
    for order in operation.parameters["networks"]:
        if order["network_id"] is None:
            made.append(_new_network(actor, appliance, order, _force_of(operation)).pk)
        by_part[order["part"]] = order["network_id"] or made[-1]
    return {"made": made, "by_part": by_part}


def remove_networks(operation: Operation) -> None:
    """Those that were made; one that somebody else's machine has come into stays, and that is told."""
    for pk in _output_of(operation, "make_networks").get("made", ()):
        network = Network.objects.filter(pk=pk).first()
        if network is not None and not withdraw_private_network(network):
            _tell_kept(operation, network.name)


def make_machines(operation: Operation) -> dict[str, Any]:
    """Answers their ids."""
    appliance, actor = _appliance_of(operation), _actor_of(operation)
    networks = _networks_of(operation)
    templates = Template.objects.in_bulk({order["template_id"] for order in operation.parameters["machines"]})
    profiles = HardwareProfile.objects.in_bulk(
        {order["profile_id"] for order in operation.parameters["machines"] if order["profile_id"]}
    )
    made = []
    for order in operation.parameters["machines"]:
        template = templates.get(order["template_id"])
        if template is None:
            raise Conflict(_("A template was deleted meanwhile."), code="SPEC-29")
        machine = create_virtual_machine(
            actor=actor,
            virtual_appliance=appliance,
            template=template,
            name=order["name"],
            description=order["description"],
            vcpus=order["vcpus"],
            memory_mib=order["memory_mib"],
            hardware_profile=profiles.get(order["profile_id"]),
            disks_mib=order.get("disks_mib"),
            cards=[(_network_in(networks, part), place) for part, place in order["cards"]],
            terms_accepted=operation.parameters["terms_accepted"],
            **order["guest"],
        )
        made.append(machine.pk)
    return {"made": made}


def remove_machines(operation: Operation) -> None:
    """Those that were made; one that somebody has begun to use stays, and that is told."""
    made = _output_of(operation, "make_machines").get("made", ())
    for machine in VirtualMachine.objects.select_for_update().filter(pk__in=made).order_by("pk"):
        if machine.state != MachineState.NOT_ALLOCATED or active_operation(machine):
            _tell_kept(operation, machine.name)
            continue
        record_event(kind="virtual_machine.deleted", subject=machine, operation_id=operation.id)
        forget_machine(machine)


def start_machines(operation: Operation) -> dict[str, Any]:
    """Deploys all of them, if that was asked for: they are admitted together, or none is."""
    if not operation.parameters["starts"]:
        return {}
    actor, force = _actor_of(operation), _force_of(operation)
    for pk in _output_of(operation, "make_machines")["made"]:
        deploy(
            actor=actor,
            machine_id=pk,
            force=force,
            idempotency_key=f"{operation.id}:{pk}",
            correlation_id=operation.correlation_id,
        )
    return {"started": len(_output_of(operation, "make_machines")["made"])}


@register
class MaterialiseBlueprint(Saga):
    kind = KIND
    title = gettext_lazy("Make of a blueprint")
    privilege = "VDC_MANAGE_VAPP"
    dialect_type = "MATERIALIZE_SPEC"
    done_event, failed_event = "virtual_appliance.materialised", "virtual_appliance.materialise_failed"
    steps = (
        Step(
            name="make_networks",
            title=gettext_lazy("Make the networks"),
            run=make_networks,
            undo=remove_networks,
            apart=True,
        ),
        Step(
            name="make_machines",
            title=gettext_lazy("Make the machines"),
            run=make_machines,
            undo=remove_machines,
            apart=True,
        ),
        Step(
            name="start_machines",
            title=gettext_lazy("Have the machines deployed"),
            run=start_machines,
            apart=True,
        ),
    )

    def succeeded(self, operation: Operation) -> dict[str, Any]:
        made = len(_output_of(operation, "make_machines")["made"])
        operation.result = {"virtual_appliance": operation.resource_id, "machines": made}
        return {"machines": made}

    def failed(self, operation: Operation) -> dict[str, Any]:
        """The appliance goes too, unless somebody has put something into it."""
        appliance = VirtualAppliance.objects.select_for_update().filter(pk=operation.resource_id).first()
        if appliance is None or VirtualMachine.objects.filter(virtual_appliance=appliance).exists():
            return {}
        record_event(kind="virtual_appliance.deleted", subject=appliance, operation_id=operation.id)
        appliance.delete()
        return {"state": "DELETED"}


def _actor_of(operation: Operation) -> Any:
    actor = User.objects.actor(operation.actor_id)
    if actor is None:
        raise NotFound(_("Who asked for this has no account any more."))
    return actor


def _appliance_of(operation: Operation) -> VirtualAppliance:
    found = VirtualAppliance.objects.select_related("virtual_datacenter").filter(pk=operation.resource_id)
    appliance = found.first()
    if appliance is None:
        raise NotFound(_("The virtual appliance was deleted meanwhile."), code="VAPP-0")
    return appliance


def _force_of(operation: Operation) -> bool | Force:
    force = operation.parameters["force"]
    return asked_force(True, **force) if isinstance(force, dict) else force


def _output_of(operation: Operation, step: str) -> dict[str, Any]:
    return operation.steps.get(name=step).output


def _networks_of(operation: Operation) -> dict[str, Network | None]:
    by_part = _output_of(operation, "make_networks")["by_part"]
    found = Network.objects.in_bulk(by_part.values())
    return {part: found.get(pk) for part, pk in by_part.items()}


def _network_in(networks: dict[str, Network | None], part: str) -> Network:
    network = networks[part]
    if network is None:
        raise Conflict(_("The network %(name)s was deleted meanwhile.") % {"name": part}, code="VLAN-0")
    return network


def _new_network(
    actor: Any, appliance: VirtualAppliance, order: dict[str, Any], force: bool | Force
) -> Network:
    dns = [*order["dns"], None, None]
    return add_private_network(
        actor=actor,
        virtual_datacenter=appliance.virtual_datacenter,
        name=order["name"],
        address=order["address"],
        prefix_length=order["prefix_length"],
        gateway=order["gateway"],
        primary_dns=dns[0],
        secondary_dns=dns[1],
        suffix_dns=order["domain"],
        force=force,
    )


def _tell_kept(operation: Operation, name: str) -> None:
    record_event(
        kind="virtual_appliance.part_kept",
        subject=_appliance_of(operation),
        operation_id=operation.id,
        severity=Severity.WARN,
        data={"name": name, "reason": _("%(name)s is in use meanwhile and stays.") % {"name": name}},
    )
