"""Reading machines."""

from django.db import models
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from operations.models import Operation
from tenants.querysets import OwnedQuerySet


class VirtualMachineQuerySet(OwnedQuerySet):
    def with_locked(self) -> "VirtualMachineQuerySet":
        """Adds ``locked``: an active operation owns the machine."""
        key = Concat(Value("virtual_machine:"), Cast(OuterRef("pk"), models.CharField()))
        return self.annotate(locked=Exists(Operation.objects.filter(active_key=key)))
