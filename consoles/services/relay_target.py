"""Where the relay of a machine's datacenter is, and the signed request it wants."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from compute.models import VirtualMachine
from consoles.endings import ConsoleEnded, Ending
from consoles.models import ConsoleSession
from consoles.services.tickets import VALIDITY
from contracts.console import ConsoleRequest, sign
from infrastructure.models import RemoteService, RemoteServiceType
from infrastructure.services.watching import endpoint_of


@dataclass(frozen=True)
class RelayTarget:
    """Either ``path`` of a unix socket or ``host`` and ``port``; ``request`` is the line to send."""

    request: bytes = field(repr=False)
    path: str = ""
    host: str = ""
    port: int = 0


def relay_target_of(session: ConsoleSession) -> RelayTarget:
    """Raises ConsoleEnded when the machine is on no host, or its datacenter has no console relay or only
    simulated machines."""
    machine = VirtualMachine.objects.select_related("host__datacenter").get(pk=session.virtual_machine_id)
    if settings.ATRIUM_SIMULATED:
        raise ConsoleEnded(Ending.SIMULATED)
    if machine.host is None:
        raise ConsoleEnded(Ending.MACHINE_NOT_RUNNING)
    datacenter = machine.host.datacenter
    service = RemoteService.objects.filter(
        datacenter=datacenter, type=RemoteServiceType.REMOTE_ACCESS
    ).first()
    if service is None or not datacenter.key:
        raise ConsoleEnded(Ending.NO_CONSOLE_SERVICE)
    request = ConsoleRequest(
        ticket_id=session.uuid,
        endpoint=endpoint_of(machine.host),
        machine_id=machine.uuid,
        expires_at=timezone.now() + VALIDITY,
    )
    line = sign(request, datacenter.key).model_dump_json().encode() + b"\n"
    return _target(service.uri, line)


def _target(uri: str, request: bytes) -> RelayTarget:
    parts = urlsplit(uri)
    if parts.scheme == "unix" and parts.path:
        return RelayTarget(request, path=parts.path)
    if parts.scheme == "tcp" and parts.hostname and parts.port:
        return RelayTarget(request, host=parts.hostname, port=parts.port)
    raise ConsoleEnded(Ending.NO_CONSOLE_SERVICE)
