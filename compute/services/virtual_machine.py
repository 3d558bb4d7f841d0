"""Creating, changing and removing the definition of machines."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import Template
from compute.models import Disk, DiskKind, VirtualAppliance, VirtualMachine
from compute.sagas.removal import forget_machine
from compute.services import power
from compute.services.access import locked_container, locked_machine, require_action
from compute.services.cdroms import insert_cdrom
from compute.services.guests import change_guest, equip_guest
from compute.services.machine_disks import disks_for, taken_mib
from compute.services.new_size import NewSize, grown_disks
from compute.services.templates import note_acceptance, require_size, require_terms_accepted, usable_disks
from compute.states import DELETES_UNKNOWN, MachineState
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.models import Severity
from events.services import record_event
from infrastructure.models import HardwareProfile
from networking.models import Network
from networking.services import add_nic
from operations.models import Operation
from operations.services.control import scoped_key
from tenants.access import require
from tenants.limits import Force
from tenants.services.refusals import noting_refusals

MANAGE = "VDC_MANAGE_VAPP"
VCPUS = range(1, 129)
MEMORY_MIB = range(32, 4 * 1024 * 1024 + 1)
NAME_LENGTH = 128
TOLD_TO_GUESTS = ("fqdn", "variables", "static_addresses", "dhcp_cards")


@retried_transaction
def create_virtual_machine(
    *, actor: Any, virtual_appliance: VirtualAppliance, template: Template, name: str = "", **options: Any
) -> VirtualMachine:
    """Define a machine; it holds nothing until it is deployed.

    ``options``: ``vcpus``, ``memory_mib`` (default: the template's), ``hardware_profile``
    (wins over both), ``network`` (default: the virtual datacenter's) or ``cards``, networks each with the
    fixed place of the address in its range or None, ``description``,
    ``fqdn``, ``variables``, ``user_data``, ``keys``, ``static_addresses`` (see ``guests.change_guest``),
    ``image_id`` (an ISO image for its CD-ROM drive, see ``cdroms.insert_cdrom``),
    ``full_clone`` (disks that are copied whole), ``empty_disk_mib`` (of the disk beside an ISO image),
    ``system_disk_mib`` or ``disks_mib`` of all disks (see ``machine_disks.disks_for``),
    ``terms_accepted`` (a template with terms takes no machine without); with ``idempotency_key`` a repeated
    request is answered with the machine that the first one made. The caller found appliance, template,
    profile and network through ``visible_to``.
    Raises PermissionRefused, Invalid, Conflict.
    """
    require(actor, MANAGE, virtual_appliance)
    locked_container(virtual_appliance)
    key = scoped_key(actor, options.get("idempotency_key"))
    repeated = VirtualMachine.objects.filter(creation_key=key).first() if key else None
    if repeated is not None:
        return repeated
    disks = disks_for(
        usable_disks(template, virtual_appliance), options.get("empty_disk_mib"), _sizes_in(options)
    )
    require_terms_accepted(template, options.get("terms_accepted"))
    vcpus, memory_mib = _size(template, options)
    require_size(template, vcpus=vcpus, memory_mib=memory_mib)
    cards = options.get("cards") or [(options.get("network") or _default_network(virtual_appliance), None)]
    for network, _place in cards:
        _check_network(network, virtual_appliance)
    machine = VirtualMachine.objects.create(
        enterprise_id=virtual_appliance.enterprise_id,
        virtual_datacenter_id=virtual_appliance.virtual_datacenter_id,
        virtual_appliance=virtual_appliance,
        owner=actor,
        template=template,
        hardware_profile=options.get("hardware_profile"),
        name=_checked_name(name or template.name),
        description=str(options.get("description") or "")[:255],
        creation_key=key,
        vcpus=vcpus,
        memory_mib=memory_mib,
        full_clone=bool(options.get("full_clone")),
        disk_mib=taken_mib(disks),
    )
    for disk in disks:
        disk.virtual_machine = machine
    Disk.objects.bulk_create(disks)
    for position, (network, place) in enumerate(cards):
        add_nic(
            enterprise_id=machine.enterprise_id,
            virtual_machine_id=machine.id,
            network=network,
            position=position,
            fixed_offset=place,
        )
    equip_guest(actor, machine, options)
    _insert(actor, machine, options.get("image_id"))
    record_event(kind="virtual_machine.created", subject=machine, actor=actor)
    note_acceptance(actor, machine)
    return machine


@noting_refusals
@retried_transaction
def update_virtual_machine(
    *, actor: Any, machine_id: int, force: bool | Force = False, correlation_id: str = "", **changes: Any
) -> Operation | None:
    """Change ``name``, ``description``, ``vcpus``, ``memory_mib``, ``hardware_profile``, before it is
    deployed ``full_clone``, and as ``guests.change_guest`` does ``fqdn``, ``variables`` and
    ``static_addresses``. ``image_id`` is inserted as ``cdroms.insert_cdrom`` does, alone. Disks grow to
    ``system_disk_mib`` or ``disk_sizes``, MiB by id.

    A new size of a deployed machine is an operation (returned); everything else happens at once.
    """
    machine = locked_machine(actor, machine_id)
    require(actor, MANAGE, machine)
    profile = changes.get("hardware_profile")
    vcpus = _checked(
        changes.get("vcpus") or (profile.vcpus if profile else machine.vcpus), VCPUS, _("virtual CPUs")
    )
    memory_mib = _checked(
        changes.get("memory_mib") or (profile.memory_mib if profile else machine.memory_mib),
        MEMORY_MIB,
        _("MiB of memory"),
    )
    _rename(machine, changes)
    _choose_clone(machine, changes.get("full_clone"))
    told = {name: changes[name] for name in TOLD_TO_GUESTS if changes.get(name) is not None}
    if told:
        change_guest(actor=actor, machine_id=machine_id, **told)
    image_id = _new_image(machine, changes.get("image_id"))
    size = NewSize(vcpus, memory_mib, disks=grown_disks(actor, machine, changes))
    if not size.changes(machine):
        return _insert(actor, machine, image_id, correlation_id)
    _require_one_change(image_id)
    require_size(machine.template, vcpus=vcpus, memory_mib=memory_mib)
    require_action(actor, machine, "reconfigure")
    if machine.state == MachineState.NOT_ALLOCATED:
        size.set_now(machine, profile)
        record_event(kind="virtual_machine.changed", subject=machine, actor=actor)
        return None
    return power.reconfigure(
        actor=actor, machine=machine, size=size, force=force, correlation_id=correlation_id
    )


def _new_image(machine: VirtualMachine, image_id: int | None) -> int | None:
    """The image, unless it is in a drive already: clients send back what they fetched."""
    inside = machine.disks.filter(kind=DiskKind.CDROM, template_disk_id=image_id)
    return None if image_id is None or inside.exists() else image_id


def _insert(
    actor: Any, machine: VirtualMachine, image_id: int | None, correlation_id: str = ""
) -> Operation | None:
    if image_id is None:
        return None
    return insert_cdrom(actor=actor, machine_id=machine.id, image_id=image_id, correlation_id=correlation_id)


def _require_one_change(image_id: int | None) -> None:
    if image_id is not None:
        raise Conflict(
            _("A CD-ROM is not inserted together with a change of size."),
            code="VM-68",
            remedy=_("Change the one first, then the other."),
        )


def _choose_clone(machine: VirtualMachine, full_clone: bool | None) -> None:
    """Of a deployed machine it counts no more: clients send back what they fetched."""
    if full_clone is not None and machine.state == MachineState.NOT_ALLOCATED:
        machine.full_clone = full_clone
        machine.save(update_fields=["full_clone", "updated_at"])


@retried_transaction
def delete_virtual_machine(
    *, actor: Any, machine_id: int, force: bool = False, correlation_id: str = ""
) -> Operation | None:
    """Remove a machine; a deployed one by an operation that undeploys it first (returned).

    ``force`` gives up one whose host does not answer: its host is not asked. What runs there
    if the host ever comes back is for its administrators to remove, who are told where it was.
    """
    machine = locked_machine(actor, machine_id)
    require_action(actor, machine, "delete")
    if machine.state != MachineState.NOT_ALLOCATED:
        parameters = {"given_up": True} if force and _give_up(actor, machine) else {}
        return power.start_action(
            actor=actor,
            machine=machine,
            action_name="delete",
            correlation_id=correlation_id,
            parameters=parameters,
        )
    record_event(kind="virtual_machine.deleted", subject=machine, actor=actor)
    forget_machine(machine)
    return None


def _give_up(actor: Any, machine: VirtualMachine) -> bool:
    require(actor, DELETES_UNKNOWN, machine)
    if machine.state != MachineState.UNKNOWN or machine.host is None or machine.host.reachable is not False:
        raise Conflict(
            _("Only a machine whose host does not answer can be given up."),
            code="VM-8",
            remedy=_("Delete it without force: its host will remove it."),
        )
    record_event(kind="virtual_machine.given_up", subject=machine, actor=actor, severity=Severity.WARN)
    left = _("%(name)s (%(uuid)s) may still run here.") % {"name": machine.name, "uuid": machine.uuid}
    record_event(
        kind="host.machine_given_up",
        subject=machine.host,
        actor=actor,
        severity=Severity.WARN,
        data={"machine_uuid": str(machine.uuid), "reason": left},
    )
    return True


def _sizes_in(options: dict[str, Any]) -> Sequence[Any]:
    return options.get("disks_mib") or (options.get("system_disk_mib"),)


def _size(template: Template, options: dict[str, Any]) -> tuple[int, int]:
    profile: HardwareProfile | None = options.get("hardware_profile")
    source = profile or template
    vcpus = source.vcpus if profile else options.get("vcpus") or source.vcpus
    memory_mib = source.memory_mib if profile else options.get("memory_mib") or source.memory_mib
    return _checked(vcpus, VCPUS, _("virtual CPUs")), _checked(memory_mib, MEMORY_MIB, _("MiB of memory"))


def _default_network(appliance: VirtualAppliance) -> Network:
    network = Network.objects.filter(
        virtual_datacenter_id=appliance.virtual_datacenter_id, is_default=True
    ).first()
    if network is None:
        raise Conflict(_("The virtual datacenter has no default network."), code="VDC-6")
    return network


def _check_network(network: Network, appliance: VirtualAppliance) -> None:
    if network.virtual_datacenter_id != appliance.virtual_datacenter_id:
        raise Conflict(_("The network belongs to another virtual datacenter."), code="VLAN-0")


def _rename(machine: VirtualMachine, changes: dict[str, Any]) -> None:
    machine.name = _checked_name(changes["name"]) if changes.get("name") else machine.name
    if changes.get("description") is not None:
        machine.description = str(changes["description"])[:255]
    machine.save(update_fields=["name", "description", "updated_at"])


def _checked_name(name: Any) -> str:
    text = str(name).strip()
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable():
        raise Invalid(
            _("A name has 1 to %(most)s printable characters; this one has %(length)s.")
            % {"most": NAME_LENGTH, "length": len(text)}
        )
    return text


def _checked(value: Any, allowed: range, what: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise Invalid(_("%(value)r is not a number of %(what)s.") % {"value": value, "what": what}) from None
    if number not in allowed:
        raise Invalid(
            _("%(number)s %(what)s is out of range: %(low)s to %(high)s are possible.")
            % {"number": number, "what": what, "low": allowed[0], "high": allowed[-1]}
        )
    return number
