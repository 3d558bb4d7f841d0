"""How the portal and mails look for an enterprise and those beneath it."""

from django.db import models

from branding.querysets import ThemeQuerySet
from core.models import Entity

DEFAULT_ACCENT_LIGHT = "#2f5bd7"
DEFAULT_ACCENT_DARK = "#3a64d8"


class Theme(Entity):
    """The theme of one enterprise; the provider's is everybody's unless a nearer one exists.

    ``accent_*`` colour buttons in light and dark pages, ``text_*`` the words on them (empty: derived).
    ``domain`` is the host whose sign-in page shows this theme. ``footer_links`` are ``[name, address]``.
    What is empty is as without a theme.
    """

    enterprise = models.OneToOneField("tenants.Enterprise", on_delete=models.CASCADE, related_name="theme")
    name = models.CharField(max_length=64, unique=True)
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    product_name = models.CharField(max_length=40, default="", blank=True)
    accent_light = models.CharField(max_length=7, default=DEFAULT_ACCENT_LIGHT)
    accent_dark = models.CharField(max_length=7, default=DEFAULT_ACCENT_DARK)
    text_light = models.CharField(max_length=7, default="", blank=True)
    text_dark = models.CharField(max_length=7, default="", blank=True)
    login_title = models.CharField(max_length=80, default="", blank=True)
    login_text = models.CharField(max_length=500, default="", blank=True)
    footer_text = models.CharField(max_length=200, default="", blank=True)
    footer_links = models.JSONField(default=list, blank=True)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Logo(models.Model):
    """The picture of a theme, always a PNG that this server wrote itself; ``digest`` names its content."""

    id = models.BigAutoField(primary_key=True)
    theme = models.OneToOneField(Theme, on_delete=models.CASCADE, related_name="logo")
    digest = models.CharField(max_length=64)
    png = models.BinaryField(max_length=512 * 1024)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"logo of {self.theme_id}"
