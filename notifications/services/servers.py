"""Which server sends the mails of an enterprise: its nearest reseller's, else the provider's."""

from django.utils.translation import gettext as _

from branding.services import nearest_first
from core.sealing import unseal
from notifications.models import MailServer
from notifications.smtp import Route

PASSWORD_PURPOSE = "mail server"


def server_for(enterprise_id: int | None) -> MailServer | None:
    """The server, or None as long as none is set up. One of an enterprise that sells no more is not used."""
    places = nearest_first(enterprise_id) if enterprise_id else []
    resellers = MailServer.objects.filter(enterprise_id__in=places, enterprise__is_reseller=True)
    by_place = {server.enterprise_id: server for server in resellers.select_related("enterprise")}
    nearest = next((by_place[place] for place in places if place in by_place), None)
    return nearest or _providers()


def route_to(server: MailServer, *, sender_id: int | None = None) -> Route:
    """How to speak to a server. For a sender other than the enterprise that manages it, it has no name.

    Raises core.sealing.CannotUnseal when the key of its password is gone.
    """
    sealed = server.sealed_password
    password = unseal(sealed, purpose=PASSWORD_PURPOSE) if sealed else ""
    return Route(
        server_id=server.pk,
        host=server.host,
        port=server.port,
        security=server.security,
        username=server.username,
        password=password,
        from_address=server.from_address,
        from_name=server.from_name,
        trusted=server.enterprise.is_provider,
        shown_as=_("The mail server") if sender_id not in (None, server.enterprise_id) else "",
    )


def _providers() -> MailServer | None:
    servers = MailServer.objects.filter(enterprise__is_provider=True).select_related("enterprise")
    return servers.order_by("enterprise_id").first()
