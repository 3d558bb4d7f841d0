"""Creating, changing and removing virtual datacenters and virtual appliances."""

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from compute.models import VirtualAppliance, VirtualDatacenter, VirtualMachine
from compute.services.access import locked_container, require_idle
from contracts.vocabulary import HypervisorType
from core.errors import Conflict, Invalid, PermissionRefused
from core.transactions import retried_transaction
from events.services import keep_restricted, record_event
from infrastructure.models import Datacenter, NetworkServiceType, Rack
from infrastructure.services import admit, locked_place, locked_place_in
from networking.services import create_private_network, delete_networks_of
from tenants.access import MANAGES_RESTRICTED, require
from tenants.limits import VIRTUAL_RESOURCES, Amounts, well_formed
from tenants.models import Enterprise
from tenants.services import forget_virtual_datacenter
from tenants.services.limits import set_limits
from tenants.services.refusals import noting_refusals
from tenants.usage import Extent

NAME_LENGTH = 128


def extent_of(virtual_datacenter: VirtualDatacenter) -> Extent:
    """What counts as used of its limits."""
    vdc = virtual_datacenter
    return Extent(vdc.enterprise_id, vdc.datacenter_id, vdc.id)


@noting_refusals
@retried_transaction
def create_virtual_datacenter(
    *,
    actor: Any,
    enterprise: Enterprise,
    datacenter: Datacenter,
    name: str,
    hypervisor_type: str,
    **options: Any,
) -> VirtualDatacenter:
    """A virtual datacenter with its default private network.

    ``options``: limit fields of AllocationLimits, ``network``, a dict for the default network, and
    ``force`` to pass soft limits of networks. Raises PermissionRefused, Invalid, Conflict, LimitExceeded.
    """
    force = options.pop("force", False)
    require(actor, "VDC_MANAGE", enterprise)
    place = locked_place(enterprise_id=enterprise.pk, datacenter_id=datacenter.pk)
    if place.location_limit is None:
        raise PermissionRefused(
            _("%(enterprise)s may not use this location.") % {"enterprise": enterprise}, code="DC-4"
        )
    if hypervisor_type not in set(HypervisorType):
        raise Invalid(_("%(type)s is not a known hypervisor type.") % {"type": hypervisor_type}, code="VDC-1")
    name = _free_name(VirtualDatacenter.objects.filter(enterprise=enterprise), name)
    network = (options.pop("network", None) or {}) | {"is_default": True}
    vdc = VirtualDatacenter(
        enterprise=enterprise,
        datacenter=datacenter,
        name=name,
        hypervisor_type=hypervisor_type,
        **well_formed(options, VIRTUAL_RESOURCES),
    )
    _check_networks(vdc)
    vdc.save()
    admit(
        actor=actor, place=replace(place, virtual_datacenter=vdc), requested=Amounts(networks=1), force=force
    )
    nst = NetworkServiceType.objects.filter(datacenter=datacenter, is_default=True).first()
    create_private_network(virtual_datacenter=vdc, network_service_type=nst, **network)
    record_event(kind="virtual_datacenter.created", subject=vdc, actor=actor)
    return vdc


@noting_refusals
@transaction.atomic
def update_virtual_datacenter(
    *, actor: Any, virtual_datacenter: VirtualDatacenter, **changes: Any
) -> VirtualDatacenter:
    """Change the name and limits; a hard limit below what is in use is refused."""
    require(actor, "VDC_MANAGE", virtual_datacenter)
    vdc = locked_container(virtual_datacenter)
    if changes.get("name") and changes["name"] != vdc.name:
        others = VirtualDatacenter.objects.filter(enterprise_id=vdc.enterprise_id).exclude(pk=vdc.pk)
        vdc.name = _free_name(others, changes["name"])
    changed = set_limits(vdc, changes, extent=extent_of(vdc), codes=("VDC-5", "VDC-8"), of=vdc.enterprise)
    _check_networks(vdc)
    vdc.save()
    record_event(kind="virtual_datacenter.changed", subject=vdc, actor=actor, changes=changed)
    return vdc


@retried_transaction
def delete_virtual_datacenter(*, actor: Any, virtual_datacenter: VirtualDatacenter) -> None:
    """Remove an empty virtual datacenter with its networks. Raises Conflict, NotFound."""
    require(actor, "VDC_MANAGE", virtual_datacenter)
    locked_place_in(
        enterprise_id=virtual_datacenter.enterprise_id, virtual_datacenter_id=virtual_datacenter.pk
    )
    if VirtualAppliance.objects.filter(virtual_datacenter=virtual_datacenter).exists():
        raise Conflict(
            _("%(name)s still holds virtual appliances.") % {"name": virtual_datacenter.name},
            code="VDC-2",
            remedy=_("Delete them first."),
        )
    record_event(kind="virtual_datacenter.deleted", subject=virtual_datacenter, actor=actor)
    delete_networks_of(virtual_datacenter)
    forget_virtual_datacenter(virtual_datacenter.pk)
    virtual_datacenter.delete()


@retried_transaction
def create_virtual_appliance(
    *, actor: Any, virtual_datacenter: VirtualDatacenter, name: str, restricted: bool = False, **more: Any
) -> VirtualAppliance:
    """``more``: description, icon, and ``origin``, the version of a blueprint it is made of.

    A ``restricted`` one is for those who see and manage such.
    """
    require(actor, "VDC_MANAGE_VAPP", virtual_datacenter)
    if restricted:
        require(actor, MANAGES_RESTRICTED, virtual_datacenter)
    locked_container(virtual_datacenter)
    others = VirtualAppliance.objects.filter(virtual_datacenter=virtual_datacenter)
    appliance = VirtualAppliance.objects.create(
        enterprise_id=virtual_datacenter.enterprise_id,
        virtual_datacenter=virtual_datacenter,
        name=_free_name(others, name),
        description=str(more.get("description") or "")[:255],
        icon=str(more.get("icon") or "")[:64],
        origin=more.get("origin"),
        restricted=bool(restricted),
    )
    record_event(kind="virtual_appliance.created", subject=appliance, actor=actor)
    return appliance


@transaction.atomic
def update_virtual_appliance(
    *, actor: Any, virtual_appliance: VirtualAppliance, **changes: Any
) -> VirtualAppliance:
    """Change name, description or icon; what is not given stays.

    ``restricted`` shows and opens it only to those who see and manage restricted appliances, with all
    that was ever recorded of it.
    """
    virtual_appliance, told = locked_container(virtual_appliance), {}
    require(actor, "VDC_MANAGE_VAPP", virtual_appliance)
    if changes.get("name") and changes["name"] != virtual_appliance.name:
        others = VirtualAppliance.objects.filter(
            virtual_datacenter_id=virtual_appliance.virtual_datacenter_id
        )
        virtual_appliance.name = _free_name(others.exclude(pk=virtual_appliance.pk), changes["name"])
    for field in ("description", "icon"):
        if changes.get(field) is not None:
            setattr(virtual_appliance, field, str(changes[field])[:255])
    if changes.get("restricted") is not None and changes["restricted"] != virtual_appliance.restricted:
        require(actor, MANAGES_RESTRICTED, virtual_appliance)
        told = {"restricted": [virtual_appliance.restricted, bool(changes["restricted"])]}
        virtual_appliance.restricted = bool(changes["restricted"])
    virtual_appliance.save()
    record_event(kind="virtual_appliance.changed", subject=virtual_appliance, actor=actor, changes=told)
    return virtual_appliance


@transaction.atomic
def delete_virtual_appliance(*, actor: Any, virtual_appliance: VirtualAppliance) -> None:
    """Remove an appliance without machines. What is kept of a restricted one stays restricted."""
    require(actor, "VDC_MANAGE_VAPP", virtual_appliance)
    held = locked_container(virtual_appliance)
    require_idle(held)
    count = VirtualMachine.objects.filter(virtual_appliance=virtual_appliance).count()
    if count:
        raise Conflict(
            _("%(name)s still holds %(count)s virtual machines.")
            % {"name": virtual_appliance.name, "count": count},
            code="VAPP-5",
            remedy=_("Delete them first."),
        )
    record_event(kind="virtual_appliance.deleted", subject=virtual_appliance, actor=actor)
    if held.restricted:
        keep_restricted(virtual_appliance_id=held.pk)
    virtual_appliance.delete()


def _free_name(others: Any, name: Any) -> str:
    text = str(name or "").strip()
    if not 0 < len(text) <= NAME_LENGTH or not text.isprintable():
        raise Invalid(
            _("A name has 1 to %(most)s printable characters; this one has %(length)s.")
            % {"most": NAME_LENGTH, "length": len(text)}
        )
    if others.filter(name=text).exists():
        raise Conflict(_("The name %(name)s is taken already.") % {"name": text}, code="NAME-TAKEN")
    return text


def _check_networks(vdc: VirtualDatacenter) -> None:
    """No limit promises more networks than the racks of the location have VLANs for."""
    if not vdc.networks_hard:
        return
    racks = Rack.objects.filter(datacenter_id=vdc.datacenter_id)
    most = racks.aggregate(most=Max("vlan_per_vdc_reserved"))["most"]
    if most and vdc.networks_hard > most:
        raise Invalid(
            _("The racks of this location have %(most)s VLANs for each virtual datacenter, not %(hard)s.")
            % {"most": most, "hard": vdc.networks_hard},
            code="LIMIT-6",
        )
