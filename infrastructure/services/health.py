"""Which remote services were heard of, and recording that one was."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from infrastructure.models import RemoteService, RemoteServiceType

SILENCE = timedelta(seconds=45)
SERVICE_TYPES = {
    "virtualization": RemoteServiceType.VIRTUAL_FACTORY,
    "virtualization.fast": RemoteServiceType.VIRTUAL_FACTORY,
    "virtualization.stream": RemoteServiceType.VIRTUAL_FACTORY,
    "conversion": RemoteServiceType.BPM_SERVICE,
    "appliance.copy": RemoteServiceType.APPLIANCE_MANAGER,
    "appliance": RemoteServiceType.APPLIANCE_MANAGER,
    "appliance.fetch": RemoteServiceType.APPLIANCE_MANAGER,
    "dhcp": RemoteServiceType.DHCP_SERVICE,
    "monitor": RemoteServiceType.VIRTUAL_SYSTEM_MONITOR,
    "console": RemoteServiceType.REMOTE_ACCESS,
}


def record_heartbeat(*, datacenter_uuid: UUID, service: str, seen_at: datetime) -> None:
    """Note that a remote service is alive. ``service`` is its word of contracts.vocabulary.Service."""
    RemoteService.objects.filter(
        datacenter__uuid=datacenter_uuid, type=SERVICE_TYPES.get(service, service)
    ).update(last_seen_at=seen_at)


def silent_services() -> list[str]:
    """Registered remote services that were not heard of for 45 seconds, by type and number of datacenter:
    whoever asks for the health of the platform need not know what its datacenters are called."""
    since = timezone.now() - SILENCE
    return [
        f"{service.type} of datacenter {service.datacenter_id}"
        for service in RemoteService.objects.all()
        if service.last_seen_at is None or service.last_seen_at < since
    ]
