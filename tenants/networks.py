"""From where somebody may come: networks of the user, the role and the scope must all hold the address."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, PermissionRefused, Reason

NOT_FROM_HERE = "NETWORK_NOT_ALLOWED"


def checked_networks(texts: list[str]) -> list[str]:
    """The networks as CIDRs, each once; a single address is a network of one. Raises Invalid (GEN-2)."""
    found = []
    for text in (str(each).strip() for each in texts):
        try:
            network = str(ip_network(text, strict=False))
        except ValueError:
            raise Invalid(
                _("%(text)s is no network. Write it like 192.0.2.0/24 or 2001:db8::/32.") % {"text": text}
            ) from None
        if network not in found:
            found.append(network)
    return found


def network_refusal(user: Any, address: str | None) -> Reason | None:
    """Why the user may not come from this address; None when they may. Asks no database.

    ``user`` is loaded with role and scope. An address that is not known lies in no network.
    """
    for holder, networks in _restrictions(user):
        if networks and not _lies_in(address, tuple(networks)):
            return Reason(
                NOT_FROM_HERE,
                _("%(holder)s may only be used from certain networks, and %(address)s is in none of them.")
                % {"holder": holder, "address": address or _("an unknown address")},
                remedy=_("Use an allowed network, or ask an administrator to add this one."),
                numbers={"address": address or ""},
            )
    return None


def require_network(user: Any, address: str | None) -> None:
    """Raise PermissionRefused (NETWORK_NOT_ALLOWED) unless the user may come from this address."""
    reason = network_refusal(user, address)
    if reason is not None:
        raise PermissionRefused(reason.message, code=reason.code, remedy=reason.remedy, reasons=(reason,))


def _restrictions(user: Any) -> tuple[tuple[str, list[str]], ...]:
    scope = user.scope if user.scope_id else None
    return (
        (_("This account"), user.allowed_networks),
        (_("Your role"), user.role.allowed_networks),
        (_("Your scope"), scope.allowed_networks if scope else []),
    )


def _lies_in(address: str | None, networks: tuple[str, ...]) -> bool:
    if not address:
        return False
    found = ip_address(address)
    spellings = (found, getattr(found, "ipv4_mapped", None) or found)
    return any(spelling in network for network in _parsed(networks) for spelling in spellings)


@lru_cache(maxsize=1024)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in networks)
