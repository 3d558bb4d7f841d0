"""Reading machines."""

from django.db.models import Exists, OuterRef

from operations.models import Operation
from tenants.querysets import OwnedQuerySet


class VirtualMachineQuerySet(OwnedQuerySet):
    def with_locked(self) -> "VirtualMachineQuerySet":
        """Adds ``locked``: an active operation owns the machine."""
        owned = Operation.objects.about("virtual_machine", OuterRef("pk")).filter(active_key__isnull=False)
        return self.annotate(locked=Exists(owned))
