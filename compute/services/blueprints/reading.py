"""Reads what there is for blueprints in a virtual datacenter: so many queries, however large they are."""

from collections import defaultdict
from ipaddress import IPv4Network
from typing import Any

from catalogue.models import Blueprint, Template, TemplateDisk, TemplateState
from compute.blueprints.networks import MAKES_NETWORKS
from compute.blueprints.target import NetworkOption, ProfileOption, Target, TemplateOption
from compute.models import VirtualAppliance, VirtualDatacenter
from infrastructure.models import HardwareProfile
from networking.models import AddressLease, Network, NetworkKind, Nic
from tenants.access import may

MOST_TEMPLATES = 1000
MIB = 1024 * 1024
_TEMPLATE = (
    "id", "uuid", "name", "enterprise_id", "vcpus", "memory_mib", "vcpus_min", "vcpus_max", "memory_mib_min",
    "memory_mib_max", "terms", "os_type", "guest_setup",
)  # fmt: skip


def target_of(actor: Any, blueprint: Blueprint, virtual_datacenter: VirtualDatacenter) -> Target:
    """What the actor may use in the virtual datacenter, as it is now."""
    vdc = virtual_datacenter
    appliances = VirtualAppliance.objects.filter(virtual_datacenter=vdc)
    return Target(
        templates=_templates(actor, vdc),
        profiles=_profiles(actor),
        networks=_networks(vdc),
        appliance_names=frozenset(appliances.values_list("name", flat=True)),
        makes_networks=bool(may(actor, MAKES_NETWORKS, vdc)),
        offered=Blueprint.objects.filter(pk=blueprint.pk).offered_in(vdc.datacenter_id).exists(),
        location=vdc.datacenter.name,
    )


def _templates(actor: Any, vdc: VirtualDatacenter) -> tuple[TemplateOption, ...]:
    usable = (
        Template.objects.visible_to(actor)
        .current()
        .filter(repository__datacenter_id=vdc.datacenter_id, state=TemplateState.DONE, persistent=False)
    )
    rows = list(usable.order_by("name", "id").values(*_TEMPLATE)[:MOST_TEMPLATES])
    disks: dict[int, list[int]] = defaultdict(list)
    of_them = TemplateDisk.objects.filter(template_id__in=[row["id"] for row in rows], optical=False)
    for template_id, size in of_them.order_by("position").values_list("template_id", "virtual_size_bytes"):
        disks[template_id].append(-(-size // MIB))
    return tuple(
        TemplateOption(
            **{
                **row,
                "uuid": str(row["uuid"]),
                "is_own": row["enterprise_id"] == vdc.enterprise_id,
                "disks_mib": tuple(disks[row["id"]]),
            }
        )
        for row in rows
        if disks[row["id"]]
    )


def _profiles(actor: Any) -> tuple[ProfileOption, ...]:
    offered = HardwareProfile.objects.visible_to(actor).filter(active=True)
    columns = ("id", "uuid", "name", "vcpus", "memory_mib")
    return tuple(ProfileOption(**{**row, "uuid": str(row["uuid"])}) for row in offered.values(*columns))


def _networks(vdc: VirtualDatacenter) -> tuple[NetworkOption, ...]:
    networks = list(
        Network.objects.filter(virtual_datacenter_id=vdc.pk, kind=NetworkKind.INTERNAL).order_by(
            "-is_default", "name"
        )
    )
    taken: dict[int, set[int]] = defaultdict(set)
    ids = [network.pk for network in networks]
    for pk, offset in AddressLease.objects.filter(network_id__in=ids).values_list("network_id", "offset"):
        taken[pk].add(offset)
    promised = Nic.objects.filter(network_id__in=ids, fixed_offset__isnull=False).order_by()
    for pk, offset in promised.values_list("network_id", "fixed_offset"):
        taken[pk].add(offset)
    return tuple(
        NetworkOption(
            id=network.pk,
            name=network.name,
            range=IPv4Network(network.cidr),
            gateway=network.gateway,
            is_default=network.is_default,
            taken=frozenset(taken[network.pk]),
        )
        for network in networks
    )
