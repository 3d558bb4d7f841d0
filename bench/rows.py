"""Rows in bulk: what services would make one by one, written at once. Nothing of it is measured."""

import ipaddress
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any

from django.db import connection
from django.utils import timezone

BATCH = 2000
_macs = count(1)


def machines_in(appliance: Any, template: Any, owner: Any, count: int, **fields: Any) -> Iterator[Any]:
    """Unsaved machines of an appliance."""
    from compute.models import VirtualMachine

    for number in range(count):
        yield VirtualMachine(
            enterprise_id=appliance.enterprise_id,
            virtual_datacenter_id=appliance.virtual_datacenter_id,
            virtual_appliance=appliance,
            owner=owner,
            template=template,
            name=f"{appliance.name}-{number}",
            vcpus=1,
            memory_mib=128,
            disk_mib=40,
            **fields,
        )


def save_with_parts(
    machines: Iterable[Any], networks: dict[int, Any], template_disk: Any, datastore: Any = None
):
    """Save machines with a disk and a NIC each, and with a leased address when there is a datastore.

    ``networks`` by virtual datacenter. Answers the saved machines.
    """
    saved = []
    remaining = iter(machines)
    while part := list(islice(remaining, BATCH)):
        saved += _save(part, networks, template_disk, datastore)
    return saved


def analyze() -> None:
    """Tell MariaDB how large its tables are now, as every bulk load does."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"ANALYZE TABLE {connection.ops.quote_name(table)}")


def _save(part: list[Any], networks: dict[int, Any], template_disk: Any, datastore: Any) -> list[Any]:
    from compute.models import Disk, VirtualMachine
    from networking.models import AddressLease, Nic

    machines = VirtualMachine.objects.bulk_create(part)
    Disk.objects.bulk_create(
        Disk(virtual_machine=m, template_disk=template_disk, datastore=datastore, size_mib=40)
        for m in machines
    )
    nics = Nic.objects.bulk_create(
        Nic(
            enterprise_id=m.enterprise_id,
            virtual_machine_id=m.id,
            network=networks[m.virtual_datacenter_id],
            mac=_mac(next(_macs)),
        )
        for m in machines
    )
    if datastore is not None:
        AddressLease.objects.bulk_create(_leases(nics))
    return machines


def _leases(nics: list[Any]) -> Iterator[Any]:
    from networking.models import AddressLease

    for nic in nics:
        nic.network.last_offset += 2 if nic.network.last_offset == 0 else 1
        offset = nic.network.last_offset
        address = ipaddress.IPv4Address(nic.network.address) + offset
        yield AddressLease(
            enterprise_id=nic.enterprise_id, network=nic.network, nic=nic, offset=offset, ip=str(address)
        )


def many_tenants(world: Any, enterprises: int, machines_each: int) -> list[Any]:
    """Enterprises with a user, a virtual datacenter, an appliance, a network and deployed machines each.

    Answers the users. All share one password hash: hashing a thousand would take minutes.
    """
    from compute.models import VirtualAppliance, VirtualDatacenter
    from networking.models import Network
    from tenants.models import Enterprise, User

    tenants = Enterprise.objects.bulk_create(Enterprise(name=f"Tenant {n:04}") for n in range(enterprises))
    users = User.objects.bulk_create(
        User(nick=f"user{n:04}", enterprise=tenant, role=world.roles["USER"], password=world.user.password)
        for n, tenant in enumerate(tenants)
    )
    vdcs = VirtualDatacenter.objects.bulk_create(
        VirtualDatacenter(enterprise=t, datacenter=world.datacenter, hypervisor_type="KVM", name="Main")
        for t in tenants
    )
    appliances = VirtualAppliance.objects.bulk_create(
        VirtualAppliance(enterprise_id=v.enterprise_id, virtual_datacenter=v, name="Shop") for v in vdcs
    )
    networks = Network.objects.bulk_create(
        Network(
            enterprise_id=v.enterprise_id, datacenter=world.datacenter, virtual_datacenter_id=v.id,
            is_default=True, name="default", address="192.168.0.0", prefix_length=24, gateway="192.168.0.1",
        )
        for v in vdcs
    )  # fmt: skip
    machines = (
        machine
        for appliance, user in zip(appliances, users, strict=True)
        for machine in machines_in(
            appliance, world.template, user, machines_each, state="ON", host=world.host,
            observed_power_state="on", observed_at=timezone.now(), deployed_at=timezone.now(),
        )
    )  # fmt: skip
    by_vdc = {network.virtual_datacenter_id: network for network in networks}
    datastore, disk = world.host.datastores.get(), world.template.disks.get()
    save_with_parts(machines, by_vdc, disk, datastore)
    analyze()
    return users


def _mac(number: int) -> str:
    tail = number.to_bytes(3).hex(":")
    return f"52:55:00:{tail}"
