"""Tasks of templates, of their disks and conversions, and of repositories. A task outlives its template, so
that a deletion can be followed to its end."""

from django.db.models import Q, QuerySet

from approvals import services as approvals
from catalogue.api.resources import REPOSITORY, TEMPLATE_TASK
from catalogue.api.views.templates import TemplateView
from catalogue.models import Package, Upload
from catalogue.services.bringing import BRINGING
from core.api.resource import Row
from core.api.verbs import speaks
from operations.api.rows import with_jobs
from operations.models import Operation, OperationStatus
from operations.services import acknowledge_operation

_GONE = ("template.delete", "template.delete_file")


class TaskView(TemplateView):
    """A view of the operations on what the address names before ``tasks``."""

    def operations(self, **names: int) -> QuerySet[Operation]:
        """Those on a template and on packages made of it. Raises NotFound when it is elsewhere."""
        enterprise, template = names["enterprise"], names["template"]
        if self.templates().filter(pk=template).exists():
            self.template(enterprise, names["repository"], template)
        packages = Package.objects.visible_to(self.actor).filter(template_id=template).values("pk")
        exports = Q(resource_type="package", resource_id__in=packages)
        own = Q(resource_type="template", resource_id=template, enterprise_id=enterprise)
        return Operation.objects.visible_to(self.actor).filter(own | exports)

    def shown(self, rows: list[Row]) -> list[Row]:
        """Rows of tasks with their jobs, and where their owner and what they made is found."""
        owner = self.request.path.split("/api", 1)[-1].partition("/tasks")[0]
        for row in with_jobs(self.actor, rows, lambda row: owner):
            if row["status"] == OperationStatus.SUCCEEDED and row["kind"] not in _GONE:
                row["result_path"] = owner
        return rows


class Tasks(TaskView):
    @speaks("Tasks, the newest first", answers=(TEMPLATE_TASK,), many=True, paged=True)
    def get(self, request, **names):
        page = self.read_page(self.operations(**names), TEMPLATE_TASK)
        self.shown(page.rows)
        return self.send_page(page, TEMPLATE_TASK)


class OneTask(TaskView):
    @speaks("A task", answers=(TEMPLATE_TASK, "taskextended"))
    def get(self, request, task, **names):
        row = self.row(self.operations(**names).filter(pk=task), TEMPLATE_TASK, "TASK-1")
        return self.answer(TEMPLATE_TASK, self.shown([row])[0])


class CancelTask(TaskView):
    @speaks("Ask a task to stop and undo what it did", accepts=("text/plain",), status=204)
    def post(self, request, task, **names):
        self.one(self.operations(**names).filter(pk=task), "TASK-1")
        approvals.stop(actor=self.actor, operation_id=task, comment=self.text())
        return self.nothing()


class AcknowledgeTask(TaskView):
    @speaks("Say that the failure of a task was seen", status=204)
    def post(self, request, task, **names):
        self.one(self.operations(**names).filter(pk=task), "TASK-1")
        acknowledge_operation(actor=self.actor, operation_id=task)
        return self.nothing()


class OfRepository(TaskView):
    """Mixed in: the operations on a repository that the enterprise asked for."""

    def operations(self, **names: int) -> QuerySet[Operation]:
        here = self.repositories(names["enterprise"]).filter(pk=names["repository"])
        self.row(here, REPOSITORY, "DC-0")
        operations = Operation.objects.visible_to(self.actor).filter(enterprise_id=names["enterprise"])
        looks = Q(resource_type="template_repository", resource_id__in=here.values("repository__id"))
        brought = Upload.objects.visible_to(self.actor).filter(repository__datacenter_id=names["repository"])
        return operations.filter(looks | Q(resource_type="upload", resource_id__in=brought.values("id")))

    def shown(self, rows: list[Row]) -> list[Row]:
        """What was brought into it has become a template, which is the result then."""
        made = Upload.objects.visible_to(self.actor).filter(template__isnull=False)
        ids = [row["resource_id"] for row in rows if row["kind"] in BRINGING]
        templates = dict(made.filter(pk__in=ids).values_list("id", "template_id"))
        for row in super().shown(rows):
            if row["kind"] in BRINGING and row["resource_id"] in templates:
                template = templates[row["resource_id"]]
                row["result_path"] = f"{row['owner_path']}/virtualmachinetemplates/{template}"
        return rows


class RepositoryTasks(OfRepository, Tasks):
    pass


class OneRepositoryTask(OfRepository, OneTask):
    pass


class CancelRepositoryTask(OfRepository, CancelTask):
    pass


class AcknowledgeRepositoryTask(OfRepository, AcknowledgeTask):
    pass
