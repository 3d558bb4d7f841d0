"""What people do with the private networks of a virtual datacenter: one of them is always the default."""

from ipaddress import IPv4Network
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, NotFound
from core.transactions import retried_transaction
from events.services import record_event
from infrastructure.models import NetworkServiceType
from infrastructure.services import admit, locked_place_in
from networking.models import Network
from networking.services.networks import check_free_name, check_names, check_range, create_private_network
from tenants.access import require
from tenants.limits import Amounts
from tenants.services.refusals import noting_refusals

MANAGE = "VDC_MANAGE_NETWORK"
FIXED = ("address", "prefix_length")
CHANGEABLE = ("name", "gateway", "primary_dns", "secondary_dns", "suffix_dns")


@noting_refusals
@retried_transaction
def add_private_network(*, actor: Any, virtual_datacenter: Any, **fields: Any) -> Network:
    """A further private network. ``fields``: name, address, prefix_length, and optionally gateway
    (else the range's first address), primary_dns, secondary_dns, suffix_dns, is_default,
    and ``force`` to pass soft limits.

    Raises PermissionRefused, Invalid, Conflict, LimitExceeded.
    """
    require(actor, MANAGE, virtual_datacenter)
    if not fields.get("address"):
        raise Invalid(_("A network needs an address."), code="VLAN-81")
    if not fields.get("prefix_length"):
        raise Invalid(_("A network needs a mask, as the length of its prefix."), code="VLAN-82")
    force = fields.pop("force", False)
    place = locked_place_in(
        enterprise_id=virtual_datacenter.enterprise_id, virtual_datacenter_id=virtual_datacenter.id
    )
    admit(actor=actor, place=place, requested=Amounts(networks=1), force=force)
    siblings = _locked(virtual_datacenter.id)
    becomes_default = fields.pop("is_default", False) or not siblings
    network = create_private_network(
        virtual_datacenter=virtual_datacenter,
        network_service_type=NetworkServiceType.objects.filter(
            datacenter_id=virtual_datacenter.datacenter_id, is_default=True
        ).first(),
        **{"gateway": _first_address(fields)} | fields,
    )
    if becomes_default:
        _make_default(network)
    record_event(kind="network.created", subject=network, actor=actor)
    return network


@transaction.atomic
def update_private_network(*, actor: Any, network: Network, **fields: Any) -> Network:
    """Change name, gateway, name servers, or make it the default; what is not given stays.

    Machines learn of other name servers when the network's next address is reserved. Range,
    and while addresses are leased name and gateway, stay what they are. Raises
    PermissionRefused, Invalid, Conflict.
    """
    require(actor, MANAGE, network)
    network = _still_there(network)
    changes = _changes(network, fields)
    _check_changes(network, changes)
    for field, value in changes.items():
        setattr(network, field, value)
    network.save()
    if fields.get("is_default"):
        _make_default(network)
    elif network.is_default and fields.get("is_default") is False:
        raise Conflict(
            _("A virtual datacenter always has a default network."),
            code="VLAN-9",
            remedy=_("Make another network the default instead."),
        )
    record_event(kind="network.changed", subject=network, actor=actor, data={"fields": sorted(changes)})
    return network


@transaction.atomic
def delete_private_network(*, actor: Any, network: Network) -> None:
    """Remove a network that isn't the default and that no machine has a card in."""
    require(actor, MANAGE, network)
    network = _still_there(network)
    if network.is_default:
        raise Conflict(
            _("%(name)s is the default network, which can't be deleted.") % {"name": network.name},
            code="VLAN-11",
            remedy=_("Make another network the default first."),
        )
    count = network.nics.count()
    if count:
        raise Conflict(
            _("%(count)s network cards are in %(name)s.") % {"count": count, "name": network.name},
            code="VLAN-12",
            remedy=_("Delete their virtual machines first."),
        )
    record_event(kind="network.deleted", subject=network, actor=actor)
    network.delete()


def withdraw_private_network(network: Network) -> bool:
    """Take back a network that was just made, in the caller's transaction; False when cards are in it, or
    when it became the default."""
    network = _still_there(network)
    if network.is_default or network.nics.exists():
        return False
    record_event(kind="network.deleted", subject=network)
    network.delete()
    return True


def _locked(virtual_datacenter_id: int | None) -> list[Network]:
    """All networks of the virtual datacenter, so that nobody else changes which one is the default."""
    networks = Network.objects.select_for_update().filter(virtual_datacenter_id=virtual_datacenter_id)
    return list(networks.order_by("pk"))


def _still_there(network: Network) -> Network:
    """The network as it is now, locked with its siblings. Raises NotFound."""
    for each in _locked(network.virtual_datacenter_id):
        if each.pk == network.pk:
            return each
    raise NotFound(_("The network was deleted meanwhile."), code="VLAN-8")


def _changes(network: Network, fields: dict[str, Any]) -> dict[str, Any]:
    """What differs from the network among the fields that were given."""
    given = {name: fields[name] for name in CHANGEABLE if fields.get(name) is not None}
    check_names(given)
    for name in FIXED:
        if fields.get(name) not in (None, getattr(network, name)):
            raise Conflict(
                _("The range of a network stays %(cidr)s.") % {"cidr": network.cidr},
                code="VLAN-10",
                remedy=_("Create another network."),
            )
    return {name: value for name, value in given.items() if value != getattr(network, name)}


def _check_changes(network: Network, changes: dict[str, Any]) -> None:
    if not {"name", "gateway"} & changes.keys():
        return
    if network.leases.exists():
        raise Conflict(
            _("Name and gateway stay while addresses of %(name)s are in use.") % {"name": network.name},
            code="VLAN-53",
            remedy=_("Undeploy the network's machines first."),
        )
    if "gateway" in changes:
        check_range(
            {
                "address": network.address,
                "prefix_length": network.prefix_length,
                "gateway": changes["gateway"],
            }
        )
    if "name" in changes:
        others = Network.objects.filter(virtual_datacenter_id=network.virtual_datacenter_id)
        check_free_name(others.exclude(pk=network.pk), changes["name"])


def _make_default(network: Network) -> None:
    siblings = Network.objects.filter(virtual_datacenter_id=network.virtual_datacenter_id, is_default=True)
    siblings.exclude(pk=network.pk).update(is_default=False)
    network.is_default = True
    network.save(update_fields=["is_default", "updated_at"])


def _first_address(fields: dict[str, Any]) -> str:
    try:
        return str(IPv4Network(f"{fields['address']}/{fields['prefix_length']}").network_address + 1)
    except ValueError as error:
        raise Invalid(str(error), code="VLAN-6") from None
