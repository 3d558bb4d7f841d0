"""Reading the catalogue."""

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from infrastructure.models import Datacenter, LocationLimit
from tenants.models import Scope
from tenants.reach import Reach

DETAILS = "PHYS_DC_RETRIEVE_DETAILS"


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

    def current(self) -> "TemplateQuerySet":
        """Without versions in whose place there is another one."""
        return self.filter(Q(line=None) | Q(leads_line__isnull=False))

    def offered_for_machines(self, named: int | None = None) -> "TemplateQuerySet":
        """Those to choose from for a new machine: what is ready and current, and the one that was asked for
        by its id unless it is retired."""
        ready = self.filter(state="DONE")
        return ready.filter(Q(line=None) | Q(leads_line__isnull=False) | Q(pk=named or 0, retired_at=None))

    def in_formats(self, formats: list[str]) -> "TemplateQuerySet":
        """Those with a disk in one of the formats."""
        disks = self.model.disks.rel.related_model.objects
        return self.filter(pk__in=disks.filter(format__in=formats).values("template_id"))

    def _shared_with(self, actor) -> models.QuerySet:
        """Templates shared with a scope in or beneath which an enterprise of the actor's reach lies."""
        return _shared_with(actor, self.model.scopes.through, "template_id")


class IconQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "IconQuerySet":
        """Those of reached enterprises, and those of templates that the actor sees."""
        if actor.reach == Reach.ALL:
            return self
        templates = apps.get_model("catalogue", "Template").objects.visible_to(actor)
        return self.filter(actor.reaching() | Q(address__in=templates.exclude(icon="").values("icon")))


class BlueprintQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "BlueprintQuerySet":
        """Blueprints of reached enterprises, those shared with a scope in or beneath which one lies, and
        those shared with everybody: with an unlimited scope."""
        if actor.reach == Reach.ALL:
            return self
        sharing = self.model.scopes.through
        shared = _shared_with(actor, sharing, "blueprint_id")
        with_all = sharing.objects.filter(scope__unlimited=True).values("blueprint_id")
        return self.filter(actor.reaching() | Q(pk__in=shared) | Q(pk__in=with_all))

    def owned_within(self, actor) -> "BlueprintQuerySet":
        """Those of the enterprises the actor reaches, which they may change; being offered one is less."""
        return self.filter(actor.reaching())

    def offered_to(self, enterprise_id: int) -> "BlueprintQuerySet":
        """Those an enterprise has, and those shared with a scope in or beneath which it lies."""
        beneath = Q(scope__descendants__descendant__enterprises=enterprise_id) | Q(scope__unlimited=True)
        shared = self.model.scopes.through.objects.filter(beneath).values("blueprint_id")
        return self.filter(Q(enterprise_id=enterprise_id) | Q(pk__in=shared))

    def offered_in(self, datacenter_id: int) -> "BlueprintQuerySet":
        """Those that may be used in this location."""
        return self.filter(Q(datacenters=None) | Q(datacenters=datacenter_id))


class BlueprintVersionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "BlueprintVersionQuerySet":
        """The versions of the blueprints the actor sees."""
        if actor.reach == Reach.ALL:
            return self
        blueprints = self.model.blueprint.field.related_model.objects
        return self.filter(blueprint_id__in=blueprints.visible_to(actor).values("pk"))


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
        open_still = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(open_still, state__in=states)


class PackageQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "PackageQuerySet":
        """Those made for the enterprises the actor reaches."""
        return self.filter(actor.reaching())


class ConversionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ConversionQuerySet":
        """Those of the disks the actor sees."""
        if actor.reach == Reach.ALL:
            return self
        disks = self.model.template_disk.field.related_model.objects
        return self.filter(template_disk_id__in=disks.visible_to(actor).values("pk"))


def _shared_with(actor, sharing: type[models.Model], column: str) -> models.QuerySet:
    """Ids of what is shared with a scope in or beneath which an enterprise of the actor's reach lies."""
    members = Scope.enterprises.through.objects.filter(actor.reaching()).values("scope_id")
    return sharing.objects.filter(scope__descendants__descendant_id__in=members).values(column)


class DefinitionListQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "DefinitionListQuerySet":
        """The remote repositories of the enterprises the actor reaches."""
        return self.filter(actor.reaching())


class DefinitionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "DefinitionQuerySet":
        """What the enterprises that the actor reaches could download."""
        return self.filter(actor.reaching())


class FoundFileQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "FoundFileQuerySet":
        """Those in locations that administrators of infrastructure reach: whose they are, nobody knows."""
        if DETAILS not in actor.privileges:
            return self.none()
        places = Datacenter.objects.within_reach_of(actor)
        return self.filter(repository__datacenter_id__in=places.values("pk"))
