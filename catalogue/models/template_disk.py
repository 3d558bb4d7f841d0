"""The disks of templates: files in a repository."""

from django.db import models

from catalogue.models.template import Template, TemplateState
from catalogue.querysets import TemplateDiskQuerySet
from contracts.vocabulary import DiskFormat, DiskVariant
from core.models import Entity

VARIANTS = [(each.value, each.value) for each in DiskVariant]


class DiskController(models.TextChoices):
    """Names of the REST dialect."""

    IDE = "IDE"
    SCSI = "SCSI"
    SATA = "SATA"
    VIRTIO = "VIRTIO"


class TemplateDisk(Entity):
    """``path`` is relative to the repository, None for a disk with nothing on it; ``format`` was decided at
    upload and is never probed again.

    One that is ``optical`` is an ISO image: machines get an empty disk, and it in a CD-ROM drive.
    The disk with the lowest position is the one machines boot from. One that is UNAVAILABLE has lost its
    file: what was made of it remains, nothing new is. While a file is being made, ``file_size_bytes`` is the
    most it may take, and ``copied_from`` what is read for it. ``adapter`` is the SCSI adapter its guest has a
    driver for, in a package's words; empty: the hypervisor's own.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="disks")
    position = models.PositiveSmallIntegerField(default=0)
    label = models.CharField(max_length=128, default="", blank=True)
    controller = models.CharField(max_length=8, choices=DiskController, default=DiskController.VIRTIO)
    variant = models.CharField(max_length=16, choices=VARIANTS, default="", blank=True)
    adapter = models.CharField(max_length=32, default="", blank=True)
    path = models.CharField(max_length=512, null=True, unique=True)  # noqa: DJ001  NULLs are not equal
    format = models.CharField(max_length=8, choices=[(f.value, f.value) for f in DiskFormat])
    file_size_bytes = models.PositiveBigIntegerField()
    virtual_size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, default="", blank=True)
    optical = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=TemplateState, default=TemplateState.DONE)
    copied_from = models.ForeignKey(
        "catalogue.TemplateDisk", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )

    objects = TemplateDiskQuerySet.as_manager()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("template", "position"), name="template_disk_position")
        ]

    def __str__(self) -> str:
        return f"{self.template} disk {self.position}"

    @property
    def is_empty(self) -> bool:
        """Whether machines get a disk with nothing on it: it has no file, and loses none."""
        return self.path is None
