"""The virtual machine and its disks."""

from django.core.validators import MinValueValidator
from django.db import models

from catalogue.models import DiskController, EthernetDriver
from compute.models.virtual_appliance import VirtualAppliance
from compute.models.virtual_datacenter import VirtualDatacenter
from compute.querysets import VirtualMachineQuerySet
from compute.states import MachineState
from contracts.vocabulary import DiskFormat, PowerState
from core.models import Entity


class VirtualMachine(Entity):
    """``state`` is stable: LOCKED is not in it but follows from an active operation.

    With ``full_clone`` its disks are copied whole when it is deployed, and never read from their template.

    What the hypervisor last said stands beside it in ``observed_power_state``. The name on
    the hypervisor is :attr:`hypervisor_name`; ``name`` is what people call it. ``fqdn`` and ``variables`` are
    told to a guest that sets itself up; ``metadata`` is free JSON of clients, without what is kept sealed.
    """

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.PROTECT, related_name="virtual_machines"
    )
    virtual_datacenter = models.ForeignKey(
        VirtualDatacenter, on_delete=models.PROTECT, related_name="virtual_machines"
    )
    virtual_appliance = models.ForeignKey(
        VirtualAppliance, on_delete=models.PROTECT, related_name="virtual_machines"
    )
    owner = models.ForeignKey("tenants.User", null=True, on_delete=models.SET_NULL, related_name="+")
    template = models.ForeignKey(
        "catalogue.Template", null=True, on_delete=models.PROTECT, related_name="virtual_machines"
    )
    hardware_profile = models.ForeignKey(
        "infrastructure.HardwareProfile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    host = models.ForeignKey(
        "infrastructure.Host", null=True, on_delete=models.PROTECT, related_name="virtual_machines"
    )
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    vcpus = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    memory_mib = models.PositiveBigIntegerField(validators=[MinValueValidator(1)])
    disk_mib = models.PositiveBigIntegerField(default=0)
    full_clone = models.BooleanField(default=False)
    state = models.CharField(max_length=14, choices=MachineState, default=MachineState.NOT_ALLOCATED)
    observed_power_state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in PowerState], default=PowerState.UNKNOWN
    )
    observed_at = models.DateTimeField(null=True)
    unknown_reason = models.CharField(max_length=255, default="", blank=True)
    deployed_at = models.DateTimeField(null=True)
    ethernet_driver = models.CharField(max_length=8, choices=EthernetDriver, default="", blank=True)
    fqdn = models.CharField(max_length=253, default="", blank=True)
    variables = models.JSONField(default=dict, blank=True)
    metadata = models.JSONField(default=dict, blank=True)
    creation_key = models.CharField(max_length=160, null=True, unique=True)  # noqa: DJ001  NULLs are not equal

    objects = VirtualMachineQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("enterprise", "-id"), name="machine_by_enterprise"),
            models.Index(fields=("enterprise", "state", "-id"), name="machine_by_state"),
            models.Index(fields=("enterprise", "name", "id"), name="machine_by_name"),
            models.Index(fields=("virtual_appliance", "-id"), name="machine_by_appliance"),
            models.Index(fields=("virtual_datacenter", "-id"), name="machine_by_vdc"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hypervisor_name(self) -> str:
        return f"ATR_{self.uuid}"


class DiskKind(models.TextChoices):
    """What a disk is to its machine: made of a template's disk, made with nothing on it, or a CD-ROM."""

    COPY = "copy"
    EMPTY = "empty"
    CDROM = "cdrom"


class Disk(Entity):
    """A disk of a machine; ``path`` is where it lies on the host once it was made.

    An empty one names the template's ISO image that it is there for; a CD-ROM reads from its image for good.

    It is made of ``source_path`` in the template repository, chosen when it was deployed, and ``cloned`` if
    all of that is copied at once; ``controller`` and ``adapter`` were chosen with it. While ``backed`` it
    reads from there what was not copied yet, so that file may not go. Copying begins at ``stream_due_at`` or
    as soon as the machine runs after that; None: not asked for.
    """

    virtual_machine = models.ForeignKey(VirtualMachine, on_delete=models.CASCADE, related_name="disks")
    template_disk = models.ForeignKey(
        "catalogue.TemplateDisk", null=True, on_delete=models.PROTECT, related_name="+"
    )
    datastore = models.ForeignKey(
        "infrastructure.Datastore", null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=5, choices=DiskKind, default=DiskKind.COPY)
    position = models.PositiveSmallIntegerField(default=0)
    size_mib = models.PositiveBigIntegerField()
    format = models.CharField(
        max_length=8, choices=[(f.value, f.value) for f in DiskFormat], default=DiskFormat.QCOW2
    )
    path = models.CharField(max_length=512, default="", blank=True)
    source_path = models.CharField(max_length=512, default="", blank=True)
    source_format = models.CharField(
        max_length=8, choices=[(f.value, f.value) for f in DiskFormat], default="", blank=True
    )
    controller = models.CharField(max_length=8, choices=DiskController, default=DiskController.VIRTIO)
    adapter = models.CharField(max_length=32, default="", blank=True)
    cloned = models.BooleanField(default=False)
    backed = models.BooleanField(default=False)
    stream_due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ("position",)
        indexes = [models.Index(fields=("source_path", "backed"), name="disk_by_source")]
        constraints = [models.UniqueConstraint(fields=("virtual_machine", "position"), name="disk_position")]

    def __str__(self) -> str:
        return f"disk {self.position} of {self.virtual_machine}"
