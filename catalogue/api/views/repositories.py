"""Template repositories, as one enterprise sees them."""

from django.db.models import BigIntegerField, F, Value

from catalogue.api.resources import REPOSITORY, REPOSITORY_TASK, TEMPLATE, TEMPLATE_DISK
from catalogue.api.rows import with_files, with_parts
from catalogue.models import Template, TemplateDisk
from catalogue.services.upload_tickets import appliance_manager_column
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from infrastructure.models import Datacenter
from operations.api.rows import with_jobs
from operations.models import Operation
from tenants.models import Enterprise

SHOW_CAPACITY = "APPLIB_SHOW_DC_CAPACITY"
NOT_TOLD = Value(None, output_field=BigIntegerField())


class RepositoryView(DialectView):
    """A view of, or below, the repositories as one enterprise sees them."""

    def repositories(self, enterprise: int):
        """Repositories are addressed by their datacenter. Raises NotFound for the enterprise."""
        self.enterprise(enterprise)
        visible = Datacenter.objects.visible_to(self.actor).filter(repository__isnull=False)
        told = SHOW_CAPACITY in self.actor.privileges
        return visible.annotate(
            viewer_enterprise_id=Value(enterprise),
            appliance_manager=appliance_manager_column(),
            capacity_mib=F("repository__capacity_mib") if told else NOT_TOLD,
            remaining_mib=F("repository__remaining_mib") if told else NOT_TOLD,
        )

    def enterprise(self, pk: int) -> None:
        """Raise NotFound unless the actor sees the enterprise."""
        if not Enterprise.objects.visible_to(self.actor).filter(pk=pk).exists():
            raise self.missing("EN-0")

    def templates(self):
        """The templates the actor sees, anywhere."""
        return Template.objects.visible_to(self.actor)

    def template(self, enterprise: int, repository: int, template: int) -> Row:
        """The row of a visible template below its owner's address. Raises NotFound."""
        found = self.templates().filter(
            pk=template, enterprise_id=enterprise, repository__datacenter_id=repository
        )
        return self.row(found, TEMPLATE, "VIMAGE-0")

    def whole_template(self, enterprise: int, repository: int, template: int) -> Row:
        """The same with its disks and scopes. Raises NotFound."""
        row = self.template(enterprise, repository, template)
        return with_parts(self.actor, self.templates(), [row])[0]

    def send_templates(self, templates):
        """A page of templates with their parts."""
        page = self.read_page(templates, TEMPLATE)
        with_parts(self.actor, self.templates(), page.rows)
        return self.send_page(page, TEMPLATE)


class Repositories(RepositoryView):
    @speaks("Template repositories of an enterprise", answers=(REPOSITORY,), many=True, paged=True)
    def get(self, request, enterprise):
        return self.page(self.repositories(enterprise), REPOSITORY)


class OneRepository(RepositoryView):
    @speaks(
        "A template repository",
        answers=(REPOSITORY,),
        parameters={
            "usage": "Its capacity, which whoever may see it is always told.",
            "expand": "last_task embeds the enterprise's last look at it.",
        },
    )
    def get(self, request, enterprise, repository):
        found = self.repositories(enterprise).filter(pk=repository)
        row = self.row(found, REPOSITORY, "DC-0")
        if "last_task" in self.words("expand"):
            row["last_task"] = self._last_task(enterprise, repository, row["repository__id"])
        return self.answer(REPOSITORY, row)

    def _last_task(self, enterprise: int, repository: int, pk: int) -> Row | None:
        operations = Operation.objects.visible_to(self.actor).about("template_repository", pk)
        newest = operations.filter(enterprise_id=enterprise).order_by("-created_at")
        rows = list(newest.values(*REPOSITORY_TASK.columns)[:1])
        owner = f"/admin/enterprises/{enterprise}/datacenterrepositories/{repository}"
        return next(iter(with_jobs(self.actor, rows, lambda row: owner)), None)


class RepositoryDisks(RepositoryView):
    @speaks("The disks of all templates in a repository", answers=(TEMPLATE_DISK,), many=True, paged=True)
    def get(self, request, enterprise, repository):
        self.row(self.repositories(enterprise).filter(pk=repository), REPOSITORY, "DC-0")
        disks = TemplateDisk.objects.visible_to(self.actor)
        page = self.read_page(disks.filter(template__repository__datacenter_id=repository), TEMPLATE_DISK)
        with_files(page.rows, "template__repository__datacenter_id")
        return self.send_page(page, TEMPLATE_DISK)
