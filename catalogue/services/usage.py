"""How much room templates take in repositories: counted against limits."""

from django.db.models import Sum

from catalogue.models import TemplateDisk, TemplateState
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


def mib(size_bytes: int) -> int:
    """Whole MiB that hold this many bytes."""
    return -(-int(size_bytes) // BYTES_PER_MIB)
