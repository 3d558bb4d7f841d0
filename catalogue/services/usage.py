"""How much room templates take in repositories: counted against limits."""

from django.db.models import Sum

from catalogue.formats import mib
from catalogue.models import Conversion, ConversionState, Package, TemplateDisk, TemplateState, Upload
from tenants.limits import Amounts
from tenants.usage import Extent

COUNTED = ("repository_mib",)
BYTES_PER_MIB = 1024 * 1024


def templates_held(extent: Extent) -> Amounts:
    """The files of the enterprise's templates that are there, in MiB; none lies in a virtual datacenter."""
    if extent.virtual_datacenter_id is not None:
        return Amounts()
    disks = TemplateDisk.objects.filter(template__enterprise_id=extent.enterprise_id)
    disks = disks.exclude(state=TemplateState.UNAVAILABLE)
    if extent.datacenter_id is not None:
        disks = disks.filter(template__repository__datacenter_id=extent.datacenter_id)
    return Amounts(repository_mib=mib(disks.aggregate(size=Sum("file_size_bytes"))["size"] or 0))


def uploads_held(extent: Extent) -> Amounts:
    """The room kept for the enterprise's uploads that are under way, in MiB: the most each may take."""
    if extent.virtual_datacenter_id is not None:
        return Amounts()
    uploads = Upload.objects.under_way().filter(enterprise_id=extent.enterprise_id)
    if extent.datacenter_id is not None:
        uploads = uploads.filter(repository__datacenter_id=extent.datacenter_id)
    return Amounts(repository_mib=mib(uploads.aggregate(size=Sum("size_bytes"))["size"] or 0))


def packages_held(extent: Extent) -> Amounts:
    """The packages made for the enterprise, in MiB: the most they may take while they are made."""
    if extent.virtual_datacenter_id is not None:
        return Amounts()
    packages = Package.objects.filter(enterprise_id=extent.enterprise_id)
    if extent.datacenter_id is not None:
        packages = packages.filter(template__repository__datacenter_id=extent.datacenter_id)
    return Amounts(repository_mib=mib(packages.aggregate(size=Sum("file_size_bytes"))["size"] or 0))


def conversions_held(extent: Extent) -> Amounts:
    """What conversions of the enterprise's templates take, and the most that those under way may take."""
    if extent.virtual_datacenter_id is not None:
        return Amounts()
    conversions = Conversion.objects.exclude(state=ConversionState.FAILED)
    conversions = conversions.filter(template_disk__template__enterprise_id=extent.enterprise_id)
    if extent.datacenter_id is not None:
        conversions = conversions.filter(
            template_disk__template__repository__datacenter_id=extent.datacenter_id
        )
    sums = conversions.aggregate(size=Sum("file_size_bytes"), kept=Sum("reserved_bytes"))
    return Amounts(repository_mib=mib((sums["size"] or 0) + (sums["kept"] or 0)))


def repositories_held(extent: Extent) -> Amounts:
    """Everything that takes room in repositories."""
    files = templates_held(extent) + conversions_held(extent)
    return files + uploads_held(extent) + packages_held(extent)
