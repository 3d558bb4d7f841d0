"""Repositories and templates. Templates shared with the actor are found below their owner's address."""

from django.db.models import Value

from catalogue.api.resources import REPOSITORY, TEMPLATE, TEMPLATE_DISK
from catalogue.models import Template
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.models import Datacenter
from tenants.models import Enterprise


def with_disks(templates, rows: list[Row]) -> list[Row]:
    """Add the rows of their disks to rows of templates. ``templates`` are the visible ones."""
    columns = {
        column: f"disks__{column}" for column in TEMPLATE_DISK.columns if not column.startswith("template")
    }
    wanted = templates.filter(pk__in=[row["id"] for row in rows], disks__isnull=False)
    found = list(wanted.order_by("disks__position").values_list("id", *columns.values()))
    for row in rows:
        owner = {
            "template_id": row["id"],
            "template__enterprise_id": row["enterprise_id"],
            "template__repository__datacenter_id": row["repository__datacenter_id"],
        }
        mine = [values for pk, *values in found if pk == row["id"]]
        row["disks"] = [owner | dict(zip(columns, values, strict=True)) for values in mine]
    return rows


class RepositoryView(DialectView):
    """A view of, or below, the repositories as one enterprise sees them."""

    def repositories(self, enterprise: int):
        """Repositories are addressed by their datacenter. Raises NotFound for the enterprise."""
        self.enterprise(enterprise)
        visible = Datacenter.objects.visible_to(self.actor).filter(repository__isnull=False)
        return visible.annotate(viewer_enterprise_id=Value(enterprise))

    def enterprise(self, pk: int) -> None:
        """Raise NotFound unless the actor sees the enterprise."""
        if not Enterprise.objects.visible_to(self.actor).filter(pk=pk).exists():
            raise self.missing("EN-0")

    def template(self, enterprise: int, repository: int, template: int) -> Row:
        """The row of a visible template below its owner's address. Raises NotFound."""
        found = Template.objects.visible_to(self.actor).filter(
            pk=template, enterprise_id=enterprise, repository__datacenter_id=repository
        )
        return self.row(found, TEMPLATE, "VIMAGE-0")


class Repositories(RepositoryView):
    @speaks("Template repositories of an enterprise", answers=(REPOSITORY,), many=True, paged=True)
    def get(self, request, enterprise):
        return self.page(self.repositories(enterprise), REPOSITORY)


class OneRepository(RepositoryView):
    @speaks("A template repository", answers=(REPOSITORY,))
    def get(self, request, enterprise, repository):
        found = self.repositories(enterprise).filter(pk=repository)
        return self.answer(REPOSITORY, self.row(found, REPOSITORY, "DC-0"))


class Templates(RepositoryView):
    @speaks("Templates an enterprise may use", answers=(TEMPLATE,), many=True, paged=True)
    def get(self, request, enterprise, repository):
        self.row(self.repositories(enterprise).filter(pk=repository), REPOSITORY, "DC-0")
        templates = Template.objects.visible_to(self.actor).filter(repository__datacenter_id=repository)
        page = self.read_page(templates, TEMPLATE)
        with_disks(templates, page.rows)
        return self.send_page(page, TEMPLATE)


class OneTemplate(RepositoryView):
    @speaks("A template", answers=(TEMPLATE,))
    def get(self, request, enterprise, repository, template):
        row = self.template(enterprise, repository, template)
        return self.answer(TEMPLATE, with_disks(Template.objects.visible_to(self.actor), [row])[0])


class TemplateDisks(RepositoryView):
    @speaks("Disks of a template", answers=(TEMPLATE_DISK,), many=True)
    def get(self, request, enterprise, repository, template):
        row = self.template(enterprise, repository, template)
        return self.whole(
            with_disks(Template.objects.visible_to(self.actor), [row])[0]["disks"], TEMPLATE_DISK
        )


class OneTemplateDisk(RepositoryView):
    @speaks("A disk of a template", answers=(TEMPLATE_DISK,))
    def get(self, request, enterprise, repository, template, templatedisk):
        row = self.template(enterprise, repository, template)
        disks = with_disks(Template.objects.visible_to(self.actor), [row])[0]["disks"]
        return self.answer(TEMPLATE_DISK, self.among(disks, templatedisk, "DISK-0"))


class LocationTemplates(DialectView):
    @speaks("Templates usable in a location", answers=(TEMPLATE,), many=True, paged=True)
    def get(self, request, location):
        self.one(Datacenter.objects.visible_to(self.actor).filter(pk=location), "DC-0")
        templates = Template.objects.visible_to(self.actor).filter(repository__datacenter_id=location)
        page = self.read_page(templates, TEMPLATE)
        with_disks(templates, page.rows)
        return self.send_page(page, TEMPLATE)
