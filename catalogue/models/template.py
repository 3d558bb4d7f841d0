"""What machines are made of."""

from django.core.validators import MinValueValidator
from django.db import models

from catalogue.querysets import TemplateQuerySet
from contracts.vocabulary import DiskFormat
from core.models import Entity


class TemplateState(models.TextChoices):
    """Names of the REST dialect. Machines are created from DONE only."""

    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    FAILED = "FAILED"
    UNAVAILABLE = "UNAVAILABLE"


class TemplateRepository(Entity):
    """The store of templates of one datacenter; its appliance manager knows where it lies."""

    datacenter = models.OneToOneField(
        "infrastructure.Datacenter", on_delete=models.CASCADE, related_name="repository"
    )
    name = models.CharField(max_length=128)

    class Meta:
        verbose_name_plural = "template repositories"

    def __str__(self) -> str:
        return self.name


class Template(Entity):
    """``shared`` templates are offered to every enterprise that may use the datacenter."""

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.PROTECT, related_name="templates")
    repository = models.ForeignKey(TemplateRepository, on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(max_length=128)
    description = models.CharField(max_length=255, default="", blank=True)
    icon = models.CharField(max_length=64, default="", blank=True)
    os_type = models.CharField(max_length=32, default="LINUX_2_6")
    os_version = models.CharField(max_length=64, default="", blank=True)
    login_user = models.CharField(max_length=64, default="", blank=True)
    vcpus = models.PositiveIntegerField(default=1, validators=[MinValueValidator(1)])
    memory_mib = models.PositiveBigIntegerField(default=128, validators=[MinValueValidator(1)])
    state = models.CharField(max_length=12, choices=TemplateState, default=TemplateState.DONE)
    shared = models.BooleanField(default=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TemplateDisk(Entity):
    """``path`` is relative to the repository; ``format`` was decided at upload and is never probed again."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="disks")
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=512, unique=True)
    format = models.CharField(max_length=8, choices=[(f.value, f.value) for f in DiskFormat])
    file_size_bytes = models.PositiveBigIntegerField()
    virtual_size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("template", "position"), name="template_disk_position")
        ]

    def __str__(self) -> str:
        return f"{self.template} disk {self.position}"
