"""Which hosts the system monitor shall watch, and what it last said of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.base import Command
from contracts.monitoring import UnwatchHost, WatchHost
from contracts.virtualization import HypervisorEndpoint
from contracts.vocabulary import Service, queue_name
from infrastructure.models import Host
from operations import outbox

NO_OPERATION = UUID(int=0)


def endpoint_of(host: Host) -> HypervisorEndpoint:
    """How remote services reach the host."""
    return HypervisorEndpoint(
        host_id=host.uuid,
        driver=host.driver,
        uri=host.uri,
        sealed_credentials=host.sealed_credentials or None,
    )


def watch_host(host: Host) -> None:
    """Ask the monitor of the host's datacenter to watch it. Asking again changes nothing."""
    _tell_monitor(host, WatchHost(operation_id=NO_OPERATION, endpoint=endpoint_of(host)))


def unwatch_host(host: Host) -> None:
    """Ask the monitor to look at the host no longer."""
    _tell_monitor(host, UnwatchHost(operation_id=NO_OPERATION, host_id=host.uuid))


def _tell_monitor(host: Host, command: Command) -> None:
    outbox.enqueue(
        queue=queue_name(host.datacenter.uuid, Service.MONITOR), body=command.model_dump(mode="json")
    )


def watch_all_hosts() -> int:
    """Ask for every host again: repairs a monitor that lost its subscriptions. Returns how many."""
    hosts = list(Host.objects.select_related("datacenter"))
    for host in hosts:
        watch_host(host)
    return len(hosts)


def record_reachability(*, host: Host, reachable: bool, observed_at: datetime) -> bool:
    """Note whether the host answers; returns whether that is news. Old observations are dropped."""
    news: dict[str, Any] = {"reachable": reachable, "observed_at": observed_at}
    changed = host.reachable is not reachable
    Host.objects.filter(pk=host.pk).update(**news)
    return changed
