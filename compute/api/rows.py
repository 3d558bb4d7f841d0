"""Reads what belongs to a page of rows in one query each; all of it as seen by the actor."""

from collections import defaultdict

from catalogue.models import BlueprintVersion, TemplateDisk
from compute.api import lists
from compute.api.resources import DISK, DVD, NIC
from compute.models import DiskKind, VirtualMachine
from compute.states import MachineState, appliance_state, shown_state
from core.api import prepared
from core.api.resource import Row
from infrastructure.models import LocationLimit
from networking.api.resources import NETWORK
from networking.models import Network, Nic
from operations.models import Operation


def with_surroundings(actor, virtual_datacenters: list[Row]) -> list[Row]:
    """Add the default network, and the limits of their enterprise in their location, to rows of virtual
    datacenters."""
    _add_limits(actor, virtual_datacenters)
    ids = [row["id"] for row in virtual_datacenters]
    networks = Network.objects.visible_to(actor).filter(virtual_datacenter_id__in=ids, is_default=True)
    by_id = {network["virtual_datacenter_id"]: network for network in networks.values(*NETWORK.columns)}
    for row in virtual_datacenters:
        network = by_id.get(row["id"])
        row["default_network"] = network
        row["default_network_id"] = network["id"] if network else None
    return virtual_datacenters


def _add_limits(actor, virtual_datacenters: list[Row]) -> None:
    limits = LocationLimit.objects.visible_to(actor).filter(
        enterprise_id__in={row["enterprise_id"] for row in virtual_datacenters},
        datacenter_id__in={row["datacenter_id"] for row in virtual_datacenters},
    )
    places = limits.values_list("enterprise_id", "datacenter_id", "pk")
    by_place = {(enterprise, datacenter): pk for enterprise, datacenter, pk in places}
    for row in virtual_datacenters:
        row["limit_id"] = by_place.get((row["enterprise_id"], row["datacenter_id"]))


def with_states(actor, appliances: list[Row]) -> list[Row]:
    """Add the derived state to rows of virtual appliances; an origin that is not to be seen goes.

    One that is being made is locked, whatever is in it.
    """
    ids = [row["id"] for row in appliances]
    making = Operation.objects.visible_to(actor).active_on("virtual_appliance", ids)
    locked_ids = set(making.values_list("resource_id", flat=True))
    machines = VirtualMachine.objects.visible_to(actor).with_locked()
    found = machines.filter(virtual_appliance__in=ids).order_by()
    states: dict[int, list[str]] = defaultdict(list)
    for pk, state, locked in found.values_list("virtual_appliance_id", "state", "locked").distinct():
        states[pk].append(shown_state(state, locked))
    for row in appliances:
        own = [MachineState.LOCKED] if row["id"] in locked_ids else states[row["id"]]
        row["state"] = str(appliance_state(own))
    return _without_hidden_origins(actor, appliances)


def _without_hidden_origins(actor, appliances: list[Row]) -> list[Row]:
    """A blueprint may have been shared once, and be no more."""
    named = {row["origin_id"] for row in appliances if row["origin_id"]}
    seen = BlueprintVersion.objects.visible_to(actor).filter(pk__in=named) if named else ()
    known = {version.pk for version in seen}
    for row in appliances:
        row["origin_id"] = row["origin_id"] if row["origin_id"] in known else None
    return appliances


def with_parts(actor, machines: list[Row]) -> list[Row]:
    """Add what numbered links to leased addresses and disks need to rows of machines, and the first image in
    their CD-ROM drives."""
    by_id = {row["id"]: row | {"nics": [], "disks": [], "dvd": None} for row in machines}
    images: dict[int, int] = {}
    ids = prepared.padded(list(by_id))
    for lease in prepared.rows(lists.leases_of, actor, ids, shape=lists.leases_of):
        machine = by_id[lease["nic__virtual_machine_id"]]
        machine["nics"].append(lease | {"network__virtual_datacenter_id": machine["virtual_datacenter_id"]})
    for disk in prepared.rows(lists.disks_of, actor, ids, shape=lists.disks_of):
        machine = by_id[disk["id"]]
        machine["disks"].append(_parents(machine) | {"id": disk["disks__id"]})
        if disk["disks__kind"] == DiskKind.CDROM:
            images.setdefault(disk["id"], disk["disks__template_disk_id"])
    if images:
        _add_images(actor, by_id, images)
    return list(by_id.values())


def _add_images(actor, by_id: dict[int, Row], images: dict[int, int]) -> None:
    seen = TemplateDisk.objects.visible_to(actor).filter(pk__in=set(images.values()))
    found = {row["id"]: row for row in seen.values("id", *DVD.columns)}
    for machine_id, image_id in images.items():
        machine, image = by_id[machine_id], found.get(image_id)
        machine["dvd"] = image and _parents(machine) | image


def disks_of(actor, machine: Row) -> list[Row]:
    """Rows of the machine's disks."""
    columns = {column: f"disks__{column}" for column in DISK.columns if column != "virtual_machine_id"}
    visible = VirtualMachine.objects.visible_to(actor).filter(pk=machine["id"], disks__isnull=False)
    found = visible.order_by("disks__position").values_list(*columns.values())
    return [_parents(machine) | dict(zip(columns, values, strict=True)) for values in found]


def nics_of(actor, machine: Row) -> list[Row]:
    """Rows of the machine's NICs, with the addresses they hold."""
    nics = Nic.objects.visible_to(actor).filter(virtual_machine_id=machine["id"])
    return [row | _parents(machine) for row in nics.values(*NIC.columns)]


def with_machines(actor, addresses: list[Row]) -> list[Row]:
    """Add the appliances of the machines that hold them to rows of addresses."""
    ids = [row["nic__virtual_machine_id"] for row in addresses]
    machines = VirtualMachine.objects.visible_to(actor).filter(pk__in=ids)
    appliances = dict(machines.values_list("id", "virtual_appliance_id"))
    for row in addresses:
        row["virtual_appliance_id"] = appliances.get(row["nic__virtual_machine_id"])
    return addresses


def _parents(machine: Row) -> Row:
    return {
        "virtual_machine_id": machine["id"],
        "virtual_appliance_id": machine["virtual_appliance_id"],
        "virtual_datacenter_id": machine["virtual_datacenter_id"],
    }
