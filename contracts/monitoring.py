"""What the system monitor is told, and what it says unasked.

An observation says "look at this": it never orders anything.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from contracts.base import Command, Message
from contracts.uploads import RepositoryObserved, UploadFailed, UploadFinished, UploadProgressed
from contracts.virtualization import HypervisorEndpoint
from contracts.vocabulary import PowerState


class WatchHost(Command):
    """Keep an eye on every machine of this host. Watching twice is watching once."""

    type: Literal["monitor.watch_host.v1"] = "monitor.watch_host.v1"
    endpoint: HypervisorEndpoint


class UnwatchHost(Command):
    type: Literal["monitor.unwatch_host.v1"] = "monitor.unwatch_host.v1"
    host_id: UUID


AnyMonitorCommand = Annotated[WatchHost | UnwatchHost, Field(discriminator="type")]
MONITOR_COMMANDS: TypeAdapter[AnyMonitorCommand] = TypeAdapter(AnyMonitorCommand)


class MachineObserved(Message):
    """One machine changed (or was found changed). ``reason`` is the hypervisor's word, for people."""

    type: Literal["machine_observed.v1"] = "machine_observed.v1"
    host_id: UUID
    machine_id: UUID
    power_state: PowerState
    observed_at: AwareDatetime
    reason: str = ""


class MachineSighting(Message):
    machine_id: UUID
    power_state: PowerState


class HostObserved(Message):
    """The host answered with all machines of ours it holds, or (``reachable=False``) did not answer.

    Sent when a watch begins, when reachability changes, and every minute while reachable.
    """

    type: Literal["host_observed.v1"] = "host_observed.v1"
    host_id: UUID
    reachable: bool
    observed_at: AwareDatetime
    machines: tuple[MachineSighting, ...] = ()
    reason: str = ""


class ServiceObserved(Message):
    """A remote service is alive; sent every few seconds by each worker."""

    type: Literal["service_observed.v1"] = "service_observed.v1"
    datacenter_id: UUID
    service: str
    instance: str
    observed_at: AwareDatetime


AnyObservation = Annotated[
    MachineObserved
    | HostObserved
    | ServiceObserved
    | UploadProgressed
    | UploadFinished
    | UploadFailed
    | RepositoryObserved,
    Field(discriminator="type"),
]
OBSERVATIONS: TypeAdapter[AnyObservation] = TypeAdapter(AnyObservation)
