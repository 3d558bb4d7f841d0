"""The one allocator of addresses and MACs. Constraints make them unique; this finds free ones quickly."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.prepared import Prepared
from networking.models import AddressLease, Network, Nic

MAC_PREFIX = "52:54:00"
MAC_ATTEMPTS = 8
WINDOW = 256
_locked_networks = Prepared(lambda pk: Network.objects.select_for_update().filter(pk=pk).order_by())


def add_nic(
    *,
    enterprise_id: int,
    virtual_machine_id: int,
    network: Network,
    position: int = 0,
    fixed_offset: int | None = None,
) -> Nic:
    """A NIC with a MAC of its own (KVM's prefix), holding no address yet.

    ``fixed_offset`` is the place in the network's range its address will have. Raises Conflict when that
    is held by another, or promised to one.
    """
    if fixed_offset is not None:
        _require_free(_locked_networks.first(network.pk), fixed_offset)
    for _attempt in range(MAC_ATTEMPTS):
        tail = secrets.token_bytes(3).hex(":")
        try:
            with transaction.atomic():
                return Nic.objects.create(
                    enterprise_id=enterprise_id,
                    virtual_machine_id=virtual_machine_id,
                    network=network,
                    position=position,
                    fixed_offset=fixed_offset,
                    mac=f"{MAC_PREFIX}:{tail}",
                )
        except IntegrityError:
            continue
    raise Conflict(_("No free MAC address was found."), code="NETWORK-MAC")


def lease_address(nic: Nic) -> AddressLease:
    """Give the NIC the next free address of its network; the lease it already holds if it has one.

    Locks the network's row. Raises Conflict with numbers when every address is taken.
    """
    held = getattr(nic, "lease", None)
    if held:
        return held
    network = _locked_networks.first(nic.network_id)
    offset = nic.fixed_offset
    if offset is None:
        offset = _next_free(network)
        if offset is None:
            raise _exhausted(network)
        Network.objects.filter(pk=network.pk).update(last_offset=offset)
    return AddressLease.objects.create(
        enterprise_id=nic.enterprise_id,
        network=network,
        nic=nic,
        offset=offset,
        ip=str(network.cidr.network_address + offset),
    )


def preview_address(network: Network) -> str | None:
    """The address the next lease would most likely get, or None when the network is full."""
    offset = _next_free(network)
    return None if offset is None else str(network.cidr.network_address + offset)


def release_addresses(virtual_machine_id: int) -> None:
    """Give back the leases of a machine's NICs; the NICs stay."""
    AddressLease.objects.filter(nic__virtual_machine_id=virtual_machine_id).delete()


def _next_free(network: Network) -> int | None:
    """Searches from the place of the last lease on, a window at a time, once around the range.

    Freed addresses come back after a round, so that a late packet does not meet a new owner.
    """
    first, last = 1, network.cidr.num_addresses - 2
    reserved = {_offset_of(network, network.gateway), *_fixed(network)}
    start = network.last_offset + 1 if first <= network.last_offset < last else first
    for low, high in ((start, last), (first, start - 1)):
        while low <= high:
            top = min(low + WINDOW - 1, high)
            taken = set(
                AddressLease.objects.filter(network=network, offset__gte=low, offset__lte=top).values_list(
                    "offset", flat=True
                )
            )
            for offset in range(low, top + 1):
                if offset not in taken and offset not in reserved:
                    return offset
            low = top + 1
    return None


def _fixed(network: Network) -> QuerySet:
    """The places that are promised to NICs, whether they hold them now or not."""
    return network.nics.filter(fixed_offset__isnull=False).order_by().values_list("fixed_offset", flat=True)


def _require_free(network: Network, offset: int) -> None:
    if offset not in _fixed(network) and not network.leases.filter(offset=offset).exists():
        return
    raise Conflict(
        _("The address %(address)s of network %(name)s is taken.")
        % {"address": network.cidr.network_address + offset, "name": network.name},
        code="VLAN-25",
        remedy=_("Choose another network, or leave the address to the platform."),
    )


def _offset_of(network: Network, ip: Any) -> int:
    return int.from_bytes(bytes(int(part) for part in str(ip).split("."))) - int(network.cidr.network_address)


def _exhausted(network: Network) -> Conflict:
    return Conflict(
        _("All %(count)s addresses of network %(name)s are in use.")
        % {"count": network.cidr.num_addresses - 3, "name": network.name},
        code="IP-EXHAUSTED",
        remedy=_("Undeploy a machine of this network, or use another network."),
    )
