"""Reading the catalogue."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from infrastructure.models import LocationLimit
from tenants.models import Scope
from tenants.reach import Reach


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "TemplateQuerySet":
        """Templates of reached enterprises and those shared with them, in datacenters they may use."""
        if actor.reach == Reach.ALL:
            return self
        return self.filter(
            actor.reaching() | Q(shared=True) | Q(pk__in=self._shared_with(actor)),
            repository__datacenter_id__in=LocationLimit.objects.filter(actor.reaching()).values(
                "datacenter_id"
            ),
        )

    def owned_within(self, actor) -> "TemplateQuerySet":
        """Those of the enterprises the actor reaches, which they may change; being offered one is less."""
        return self.visible_to(actor).filter(actor.reaching())

    def in_formats(self, formats: list[str]) -> "TemplateQuerySet":
        """Those with a disk in one of the formats."""
        disks = self.model.disks.rel.related_model.objects
        return self.filter(pk__in=disks.filter(format__in=formats).values("template_id"))

    def _shared_with(self, actor) -> models.QuerySet:
        """Templates shared with a scope in or beneath which an enterprise of the actor's reach lies."""
        members = Scope.enterprises.through.objects.filter(actor.reaching()).values("scope_id")
        sharing = self.model.scopes.through.objects
        return sharing.filter(scope__descendants__descendant_id__in=members).values("template_id")


class TemplateDiskQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "TemplateDiskQuerySet":
        """The disks of the templates the actor sees."""
        if actor.reach == Reach.ALL:
            return self
        templates = self.model.template.field.related_model.objects
        return self.filter(template_id__in=templates.visible_to(actor).values("pk"))


class CategoryQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "CategoryQuerySet":
        """Global categories and those of the enterprises the actor reaches."""
        if actor.reach == Reach.ALL:
            return self
        return self.filter(Q(enterprise=None) | actor.reaching())

    def usable_in(self, enterprise_id: int) -> "CategoryQuerySet":
        """What templates of this enterprise may be sorted by."""
        return self.filter(owner_id__in=(0, enterprise_id))


class UploadQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "UploadQuerySet":
        """Uploads of the enterprises the actor reaches."""
        return self.filter(actor.reaching())

    def under_way(self) -> "UploadQuerySet":
        """Those that may still become templates, and for which room is kept."""
        states = ("waiting", "receiving", "checking")
        return self.filter(state__in=states, expires_at__gt=timezone.now())


class ConversionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ConversionQuerySet":
        """Those of the disks the actor sees."""
        if actor.reach == Reach.ALL:
            return self
        disks = self.model.template_disk.field.related_model.objects
        return self.filter(template_disk_id__in=disks.visible_to(actor).values("pk"))
