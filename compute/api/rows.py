"""Reads what belongs to a page of rows in one query each; all of it as seen by the actor."""

from collections import defaultdict
from typing import Any

from compute.api import lists
from compute.api.resources import NIC
from compute.models import VirtualMachine
from compute.states import appliance_state, shown_state
from core.api import prepared
from core.api.resource import Row
from networking.api.resources import NETWORK
from networking.models import Network, Nic


def with_default_networks(actor, virtual_datacenters: list[Row]) -> list[Row]:
    """Add the default network to rows of virtual datacenters."""
    ids = [row["id"] for row in virtual_datacenters]
    networks = Network.objects.visible_to(actor).filter(virtual_datacenter_id__in=ids, is_default=True)
    by_id = {network["virtual_datacenter_id"]: network for network in networks.values(*NETWORK.columns)}
    for row in virtual_datacenters:
        network = by_id.get(row["id"])
        row["default_network"] = network
        row["default_network_id"] = network["id"] if network else None
    return virtual_datacenters


def with_states(actor, appliances: list[Row]) -> list[Row]:
    """Add the derived state to rows of virtual appliances."""
    machines = VirtualMachine.objects.visible_to(actor).with_locked()
    found = machines.filter(virtual_appliance__in=[row["id"] for row in appliances]).order_by()
    states: dict[int, list[str]] = defaultdict(list)
    for pk, state, locked in found.values_list("virtual_appliance_id", "state", "locked").distinct():
        states[pk].append(shown_state(state, locked))
    for row in appliances:
        row["state"] = str(appliance_state(states[row["id"]]))
    return appliances


def with_parts(actor, machines: list[Row]) -> list[Row]:
    """Add leased addresses and disks to rows of machines, for their numbered links."""
    by_id = {row["id"]: row for row in machines}
    addresses = leased_addresses(actor, list(by_id))
    disks = _disks(actor, by_id)
    for row in machines:
        row["nics"] = addresses[row["id"]]
        row["disks"] = disks[row["id"]]
    return machines


def leased_addresses(actor, machine_ids: list[int]) -> dict[int, list[Row]]:
    """Rows of addresses by machine, in the order of the NICs."""
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in prepared.rows(lists.leases_of, actor, prepared.padded(machine_ids), shape=lists.leases_of):
        grouped[row["nic__virtual_machine_id"]].append(row)
    return grouped


def disks_of(actor, machine: Row) -> list[Row]:
    """Rows of the machine's disks."""
    return _disks(actor, {machine["id"]: machine})[machine["id"]]


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


def _disks(actor, machines: dict[int, Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in prepared.rows(lists.disks_of, actor, prepared.padded(list(machines)), shape=lists.disks_of):
        pk = row.pop("virtual_machine_id")
        disk = {name.removeprefix("disk_"): value for name, value in row.items()}
        grouped[pk].append(disk | _parents(machines[pk]))
    return grouped


def _parents(machine: Row) -> Row:
    return {
        "virtual_machine_id": machine["id"],
        "virtual_appliance_id": machine["virtual_appliance_id"],
        "virtual_datacenter_id": machine["virtual_datacenter_id"],
    }
