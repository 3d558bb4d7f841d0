"""What machines are made of."""

from django.core.validators import MinValueValidator
from django.db import models

from catalogue.models.category import Category
from catalogue.models.repository import TemplateRepository
from catalogue.models.template_line import TemplateLine
from catalogue.querysets import TemplateQuerySet
from core.models import Entity


class TemplateState(models.TextChoices):
    """Names of the REST dialect. Machines are created from DONE only."""

    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    FAILED = "FAILED"
    UNAVAILABLE = "UNAVAILABLE"


class GuestSetup(models.TextChoices):
    """Who sets the guest up at its first start."""

    NONE = "NONE"
    CLOUD_INIT = "CLOUD_INIT"
    HYPERVISOR_TOOLS = "HYPERVISOR_TOOLS"


class EthernetDriver(models.TextChoices):
    """Names of the REST dialect."""

    E1000 = "E1000"
    PCNET32 = "PCNET32"
    VIRTIO = "VIRTIO"
    VMXNET3 = "VMXNET3"


class MachineDefaults(models.Model):
    """What a template says of the machines made of it. Bounds that are None bind nothing."""

    os_type = models.CharField(max_length=32, default="LINUX_2_6")
    os_version = models.CharField(max_length=64, default="", blank=True)
    login_user = models.CharField(max_length=64, default="", blank=True)
    sealed_login_password = models.CharField(max_length=512, default="", blank=True, editable=False)
    vcpus = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    vcpus_min = models.PositiveIntegerField(null=True, blank=True)
    vcpus_max = models.PositiveIntegerField(null=True, blank=True)
    memory_mib = models.PositiveBigIntegerField(default=128, validators=[MinValueValidator(1)])
    memory_mib_min = models.PositiveBigIntegerField(null=True, blank=True)
    memory_mib_max = models.PositiveBigIntegerField(null=True, blank=True)
    cores_per_socket = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    ethernet_driver = models.CharField(max_length=8, choices=EthernetDriver, default="", blank=True)
    vcpus_hot_add = models.BooleanField(default=False)
    memory_hot_add = models.BooleanField(default=False)
    nics_hot_reconfigure = models.BooleanField(default=False)
    disks_hot_reconfigure = models.BooleanField(default=False)
    remote_access_hot_reconfigure = models.BooleanField(default=False)
    guest_setup = models.CharField(max_length=16, choices=GuestSetup, default=GuestSetup.NONE)
    generates_password = models.BooleanField(default=False)
    variables = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class Template(Entity, MachineDefaults):
    """A master, or an instance of one: a copy of a machine's disks that keeps to its ``master``.

    ``shared`` templates are offered to every enterprise that may use the datacenter, those with ``scopes``
    to the enterprises in or beneath these. ``terms`` must be accepted by whoever makes a machine of it.
    ``creator_name`` outlives the user. With a ``line`` it is a version of that; of a retired one nothing
    new is made.
    """

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.PROTECT, related_name="templates")
    repository = models.ForeignKey(TemplateRepository, on_delete=models.PROTECT, related_name="templates")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="templates")
    master = models.ForeignKey(
        "catalogue.Template", null=True, blank=True, on_delete=models.PROTECT, related_name="instances"
    )
    line = models.ForeignKey(
        TemplateLine,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="versions",
    )
    version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    version_note = models.CharField(max_length=255, default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    scopes = models.ManyToManyField("tenants.Scope", related_name="templates", blank=True)
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    icon = models.CharField(max_length=255, default="", blank=True)
    state = models.CharField(max_length=12, choices=TemplateState, default=TemplateState.DONE)
    shared = models.BooleanField(default=False)
    persistent = models.BooleanField(default=False)
    terms = models.TextField(default="", blank=True)
    cost_code = models.CharField(max_length=64, default="", blank=True)
    creator_name = models.CharField(max_length=128, default="", blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=("line", "version"), name="template_version_of_line")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_superseded(self) -> bool:
        """Whether it is a version in whose place new machines get another one."""
        return self.line is not None and self.line.current_id != self.pk
