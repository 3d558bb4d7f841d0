"""Commands understood by the DHCP service, which also keeps a network's bridge on the host."""

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from contracts.base import Command, Message


class NetworkSpec(Message):
    """A virtual network as the host must offer it. ``bridge`` is at most 15 characters (Linux IFNAMSIZ).

    ``gateway`` is put on the bridge, so that the host can reach the guests.
    """

    network_id: UUID
    bridge: str = Field(max_length=15)
    cidr: IPv4Network
    gateway: IPv4Address
    dns: tuple[IPv4Address, ...] = ()
    lease_seconds: int = 3600


class AddressReservation(Message):
    mac: str
    ip: IPv4Address
    hostname: str = ""


class NetworkReservations(Message):
    network: NetworkSpec
    reservations: tuple[AddressReservation, ...]


class NetworkMacs(Message):
    network: NetworkSpec
    macs: tuple[str, ...]


class ReserveAddress(Command):
    """Make the network's bridge and DHCP server exist, and bind address to MAC.

    ``reservations`` is the whole truth for this machine's NICs on the network; other
    machines' reservations stay. ``also``: the same in the machine's other networks.
    """

    type: Literal["dhcp.reserve_address.v1"] = "dhcp.reserve_address.v1"
    network: NetworkSpec
    reservations: tuple[AddressReservation, ...]
    also: tuple[NetworkReservations, ...] = ()


class ReleaseAddress(Command):
    """Forget the MACs; with the last reservation the DHCP server and the bridge go as well.

    ``also``: the same in the machine's other networks.
    """

    type: Literal["dhcp.release_address.v1"] = "dhcp.release_address.v1"
    network: NetworkSpec
    macs: tuple[str, ...]
    also: tuple[NetworkMacs, ...] = ()


AnyDhcpCommand = Annotated[ReserveAddress | ReleaseAddress, Field(discriminator="type")]
DHCP_COMMANDS: TypeAdapter[AnyDhcpCommand] = TypeAdapter(AnyDhcpCommand)
