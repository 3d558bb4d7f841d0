"""Making the remote services of a datacenter known, and forgetting them."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from events.services import record_event
from infrastructure.models import Claim, Datacenter, RemoteService, RemoteServiceType
from infrastructure.services.rights import MANAGE, require_privilege

IN_USE_CODES = {RemoteServiceType.DHCP_SERVICE: "RS-10", RemoteServiceType.VIRTUAL_SYSTEM_MONITOR: "RS-19"}


@transaction.atomic
def register_remote_service(*, actor: Any, datacenter: Datacenter, type: str, uri: str = "") -> RemoteService:
    """Make the datacenter's remote service of this type known; registering again changes its address."""
    require_privilege(actor, MANAGE, datacenter)
    if type not in RemoteServiceType.values:
        raise Invalid(_("%(type)s is not a type of remote service.") % {"type": type}, code="RS-1")
    service, _created = RemoteService.objects.update_or_create(
        datacenter=datacenter, type=type, defaults={"uri": _checked(uri)}
    )
    return service


@transaction.atomic
def add_remote_service(*, actor: Any, datacenter: Datacenter, type: str, uri: str = "") -> RemoteService:
    """Like ``register_remote_service``, but refuses a type the datacenter has already."""
    require_privilege(actor, MANAGE, datacenter)
    if RemoteService.objects.filter(datacenter=datacenter, type=type).exists():
        raise Conflict(
            _("%(datacenter)s has a remote service of the type %(type)s already.")
            % {"datacenter": datacenter, "type": type},
            code="RS-30",
            remedy=_("Change its address instead."),
        )
    service = register_remote_service(actor=actor, datacenter=datacenter, type=type, uri=uri)
    record_event(kind="remote_service.registered", subject=service, actor=actor)
    return service


@transaction.atomic
def update_remote_service(*, actor: Any, service: RemoteService, **fields: Any) -> RemoteService:
    """Change the address; the type stays what it is. Raises Invalid, Conflict (RS-31)."""
    require_privilege(actor, MANAGE)
    if fields.get("type") not in (None, service.type):
        raise Conflict(_("The type of a remote service can't be changed."), code="RS-31")
    if fields.get("uri") is not None:
        service.uri = _checked(fields["uri"])
        service.save(update_fields=["uri", "updated_at"])
    record_event(kind="remote_service.changed", subject=service, actor=actor)
    return service


@transaction.atomic
def delete_remote_service(*, actor: Any, service: RemoteService) -> None:
    """Forget a remote service. Refused while virtual machines are deployed in its datacenter."""
    require_privilege(actor, MANAGE)
    count = Claim.objects.filter(host__datacenter_id=service.datacenter_id).count()
    if count:
        raise Conflict(
            _("%(service)s is needed by %(count)s deployed virtual machines.")
            % {"service": service, "count": count},
            code=IN_USE_CODES.get(service.type, "RS-25"),
            remedy=_("Undeploy them first."),
        )
    record_event(kind="remote_service.deleted", subject=service, actor=actor)
    service.delete()


def _checked(uri: str) -> str:
    """Empty for a service that only reads a queue, else an address with a scheme."""
    try:
        well_formed = not uri or bool(urlsplit(uri).scheme)
    except ValueError:
        well_formed = False
    if not well_formed:
        raise Invalid(_("%(uri)s is not an address like tcp://host:port.") % {"uri": uri}, code="RS-4")
    return uri
