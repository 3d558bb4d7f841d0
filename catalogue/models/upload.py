"""Files on their way into a repository."""

from django.db import models
from django.utils import timezone

from catalogue.models.definition import TemplateDefinition
from catalogue.models.repository import TemplateRepository
from catalogue.models.template import Template
from catalogue.querysets import UploadQuerySet
from core.models import Entity


class UploadState(models.TextChoices):
    WAITING = "waiting"
    RECEIVING = "receiving"
    CHECKING = "checking"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (UploadState.WAITING, UploadState.RECEIVING, UploadState.CHECKING)


class Upload(Entity):
    """One file on its way to an appliance manager; ``uuid`` is its name there.

    Somebody sends it, or it is brought by an operation: fetched from ``source_url``, or taken in from
    ``source_path``, where it lies in the repository already. Only what is sent runs out (``expires_at``).
    While it is under way, ``size_bytes`` (the most it may have) counts against the limits of repositories.
    ``mark`` is how a browser knows the file again. What failed keeps its ``code`` and words.
    """

    enterprise = models.ForeignKey("tenants.Enterprise", on_delete=models.CASCADE, related_name="uploads")
    repository = models.ForeignKey(TemplateRepository, on_delete=models.CASCADE, related_name="uploads")
    user = models.ForeignKey("tenants.User", null=True, on_delete=models.SET_NULL, related_name="uploads")
    template = models.ForeignKey(Template, null=True, on_delete=models.SET_NULL, related_name="uploads")
    name = models.CharField(max_length=128)
    file_name = models.CharField(max_length=255, default="", blank=True)
    mark = models.CharField(max_length=64, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    sha512 = models.CharField(max_length=128, default="", blank=True)
    source_url = models.CharField(max_length=2000, default="", blank=True)
    source_path = models.CharField(max_length=512, default="", blank=True)
    definition = models.ForeignKey(
        TemplateDefinition, null=True, on_delete=models.SET_NULL, related_name="uploads"
    )
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.WAITING)
    code = models.CharField(max_length=64, default="", blank=True)
    detail = models.CharField(max_length=1024, default="", blank=True)
    expires_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("enterprise", "state"), name="upload_of_enterprise")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY and not self.has_run_out

    @property
    def has_run_out(self) -> bool:
        return self.state in UNDER_WAY and bool(self.expires_at) and self.expires_at <= timezone.now()

    @property
    def is_brought(self) -> bool:
        """Whether an operation brings it, instead of somebody who sends it."""
        return bool(self.source_url or self.source_path)

    @property
    def shown_source(self) -> str:
        """Where it comes from, without what may be a secret in an address."""
        return self.source_url.partition("?")[0] or self.source_path

    @property
    def percent(self) -> int:
        return min(100, 100 * self.received_bytes // max(self.size_bytes, 1))
