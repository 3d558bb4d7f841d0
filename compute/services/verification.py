"""Verifying usage: every figure that limits are held against, worked out a second way from other rows.

What admission counts are claims, networks and files of templates. The other way asks which machines are
deployed or being deployed and how large they are, which virtual datacenter each network is in, and adds
up templates one by one. Both must agree at every level. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalogue.formats import mib, most_bytes
from catalogue.models import Conversion, ConversionState, Package, TemplateDisk, TemplateState, Upload
from catalogue.sagas.conversion import KIND as CONVERT_KIND
from catalogue.sagas.conversion import LANE
from compute.models import VirtualDatacenter, VirtualMachine
from compute.services.planning import DEPLOY_KIND
from compute.states import MachineState
from infrastructure.models import LocationLimit
from networking.models import AddressLease, Network, NetworkKind
from operations.models import Operation
from tenants.limits import RESOURCES, Amounts
from tenants.models import Enterprise
from tenants.usage import Extent, held

RECONFIGURE_KIND = "virtual_machine.reconfigure"
LOOKS = 3


@dataclass(frozen=True)
class Difference:
    """A figure that came out differently: ``counted`` is what admission counts."""

    level: str
    name: str
    resource: str
    counted: int
    expected: int


@dataclass(frozen=True)
class Verification:
    """``compared`` enterprises, locations and virtual datacenters, and where the two ways differ."""

    compared: int
    differences: tuple[Difference, ...]


def verify_usage(enterprise_ids: Iterable[int] | None = None) -> Verification:
    """Compare both ways for these enterprises, or for all.

    The two ways read one after the other while others work, so what differs is looked at again:
    only what differs each time is reported.
    """
    chosen = Enterprise.objects.all() if enterprise_ids is None else _named(enterprise_ids)
    verification = _compare(list(chosen))
    for _look in range(LOOKS - 1):
        if not verification.differences:
            break
        again = _compare(list(chosen))
        found = {(each.level, each.name, each.resource) for each in again.differences}
        stays = (each for each in verification.differences if (each.level, each.name, each.resource) in found)
        verification = Verification(again.compared, tuple(stays))
    return verification


def _named(enterprise_ids: Iterable[int]) -> Any:
    return Enterprise.objects.filter(pk__in=list(enterprise_ids))


def _compare(enterprises: list[Enterprise]) -> Verification:
    extents = _extents(enterprises)
    expected = _expected([enterprise.id for enterprise in enterprises])
    differences = []
    for extent, (level, name) in extents.items():
        counted = held(extent)
        differences += [
            Difference(level, name, resource, getattr(counted, resource), getattr(expected[extent], resource))
            for resource in RESOURCES
            if getattr(counted, resource) != getattr(expected[extent], resource)
        ]
    return Verification(len(extents), tuple(differences))


def _extents(enterprises: list[Enterprise]) -> dict[Extent, tuple[str, str]]:
    """What is compared, with level and name."""
    named = {enterprise.id: enterprise.name for enterprise in enterprises}
    extents = {Extent(pk): ("enterprise", name) for pk, name in named.items()}
    locations = LocationLimit.objects.filter(enterprise_id__in=named)
    for enterprise, datacenter, name in locations.values_list(
        "enterprise_id", "datacenter_id", "datacenter__name"
    ):
        extents[Extent(enterprise, datacenter)] = ("location", f"{named[enterprise]}: {name}")
    vdcs = VirtualDatacenter.objects.filter(enterprise_id__in=named)
    for enterprise, datacenter, pk, name in vdcs.values_list("enterprise_id", "datacenter_id", "id", "name"):
        extents[Extent(enterprise, datacenter, pk)] = ("virtual_datacenter", f"{named[enterprise]}: {name}")
    return extents


def _expected(enterprise_ids: list[int]) -> dict[Extent, Amounts]:
    totals: dict[Extent, Amounts] = defaultdict(Amounts)
    for extent, amounts in [*_machines(enterprise_ids), *_networks(enterprise_ids)]:
        for each in {
            extent,
            Extent(extent.enterprise_id, extent.datacenter_id),
            Extent(extent.enterprise_id),
        }:
            totals[each] += amounts
    for files_of in (_templates, _uploads, _conversions, _packages):
        for extent, size_bytes in files_of(enterprise_ids).items():
            totals[extent] += Amounts(repository_mib=mib(size_bytes))
    return totals


def _machines(enterprise_ids: list[int]) -> Iterable[tuple[Extent, Amounts]]:
    working = Operation.objects.filter(active_key__isnull=False, kind__in=(DEPLOY_KIND, RECONFIGURE_KIND))
    operations = {each.resource_id: each for each in working.filter(enterprise_id__in=enterprise_ids)}
    machines = VirtualMachine.objects.filter(enterprise_id__in=enterprise_ids)
    for machine in machines.select_related("virtual_datacenter"):
        operation = operations.get(machine.id)
        if machine.state == MachineState.NOT_ALLOCATED and operation is None:
            continue
        sizes = [{"vcpus": machine.vcpus, "memory_mib": machine.memory_mib}]
        if operation is not None and operation.kind == RECONFIGURE_KIND:
            sizes.append(operation.parameters["after"])
        vdc = machine.virtual_datacenter
        amounts = Amounts(
            max(size["vcpus"] for size in sizes),
            max(size["memory_mib"] for size in sizes),
            machine.disk_mib,
            machines=1,
        )
        yield Extent(vdc.enterprise_id, vdc.datacenter_id, vdc.id), amounts


def _networks(enterprise_ids: list[int]) -> Iterable[tuple[Extent, Amounts]]:
    vdcs = VirtualDatacenter.objects.filter(enterprise_id__in=enterprise_ids)
    extents = {vdc.id: Extent(vdc.enterprise_id, vdc.datacenter_id, vdc.id) for vdc in vdcs}
    networks = Network.objects.exclude(virtual_datacenter_id=None).filter(kind=NetworkKind.INTERNAL)
    for vdc in networks.values_list("virtual_datacenter_id", flat=True):
        if vdc in extents:
            yield extents[vdc], Amounts(networks=1)
    public = AddressLease.objects.filter(network__kind=NetworkKind.PUBLIC, enterprise_id__in=enterprise_ids)
    for lease in public.select_related("network"):
        network = lease.network
        yield (
            Extent(lease.enterprise_id, network.datacenter_id, network.virtual_datacenter_id),
            Amounts(public_ips=1),
        )


def _templates(enterprise_ids: list[int]) -> dict[Extent, int]:
    """Bytes by enterprise and by location, unrounded; a disk without its file takes none."""
    disks = TemplateDisk.objects.filter(template__enterprise_id__in=enterprise_ids)
    return _by_extent(
        (disk.template, disk.file_size_bytes)
        for disk in disks.select_related("template__repository")
        if disk.state != TemplateState.UNAVAILABLE
    )


def _uploads(enterprise_ids: list[int]) -> dict[Extent, int]:
    uploads = Upload.objects.filter(enterprise_id__in=enterprise_ids).select_related("repository")
    return _by_extent((upload, upload.size_bytes) for upload in uploads if upload.is_under_way)


def _conversions(enterprise_ids: list[int]) -> dict[Extent, int]:
    """Those that are there by their files; those an operation works on by the most it may write."""
    conversions = Conversion.objects.filter(template_disk__template__enterprise_id__in=enterprise_ids)
    working = Operation.objects.filter(active_key__startswith=f"{LANE}:").values_list("active_key", "kind")
    kinds = dict(working)
    return _by_extent(
        (each.template_disk.template, _bytes_of(each, kinds.get(f"{LANE}:{each.pk}", "")))
        for each in conversions.select_related("template_disk__template__repository")
    )


def _packages(enterprise_ids: list[int]) -> dict[Extent, int]:
    """For whom they were made, in the repositories of their templates."""
    sizes: dict[Extent, int] = defaultdict(int)
    packages = Package.objects.filter(enterprise_id__in=enterprise_ids)
    for package in packages.select_related("template__repository"):
        sizes[Extent(package.enterprise_id)] += package.file_size_bytes
        place = package.template.repository.datacenter_id
        sizes[Extent(package.enterprise_id, place)] += package.file_size_bytes
    return sizes


def _bytes_of(conversion: Conversion, kind: str) -> int:
    """``kind`` is of the operation that works on it now."""
    if kind == CONVERT_KIND:
        return most_bytes(conversion.template_disk.virtual_size_bytes)
    is_there = conversion.state == ConversionState.FINISHED or kind
    return conversion.file_size_bytes + conversion.reserved_bytes if is_there else 0


def _by_extent(things: Iterable[tuple[Any, int]]) -> dict[Extent, int]:
    """``things`` belong to an enterprise and lie in a repository."""
    sizes: dict[Extent, int] = defaultdict(int)
    for thing, size_bytes in things:
        sizes[Extent(thing.enterprise_id)] += size_bytes
        sizes[Extent(thing.enterprise_id, thing.repository.datacenter_id)] += size_bytes
    return sizes
