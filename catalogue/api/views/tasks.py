"""Tasks of templates, of their disks and conversions, and of repositories. A task outlives its template, so
that a deletion can be followed to its end."""

from typing import Any

from django.db.models import Q, QuerySet

from approvals import services as approvals
from catalogue.api.resources import CONVERSION_TASK, DISK_TASK, REPOSITORY, REPOSITORY_TASK, TEMPLATE_TASK
from catalogue.api.views.conversions import ConversionView
from catalogue.api.views.templates import TemplateView
from catalogue.models import Package, Upload
from catalogue.sagas.conversion import DELETE_KIND, KIND
from catalogue.services.bringing import BRINGING
from core.api.resource import Row
from core.api.verbs import speaks
from operations.api.rows import with_jobs
from operations.models import Operation, OperationStatus
from operations.services import acknowledge_operation

_GONE = "template.delete"


class TaskView(TemplateView):
    """A view of the operations on what the address names before ``tasks``; all look alike but for the type of
    what they made."""

    task = TEMPLATE_TASK

    def operations(self, **names: int) -> QuerySet[Operation]:
        """Those on a template and on packages made of it.

        Raises NotFound when it is elsewhere, or neither it nor a task of it is there for the actor.
        """
        enterprise, template = names["enterprise"], names["template"]
        if self.templates().filter(pk=template).exists():
            self.template(enterprise, names["repository"], template)
        packages = Package.objects.visible_to(self.actor).filter(template_id=template).values("pk")
        exports = Q(resource_type="package", resource_id__in=packages)
        own = Q(resource_type="template", resource_id=template, enterprise_id=enterprise)
        found = Operation.objects.visible_to(self.actor).filter(own | exports)
        if not (found.exists() or self.templates().filter(pk=template).exists()):
            raise self.missing("VIMAGE-0")
        return found

    def named(self, names: dict[str, Any]) -> QuerySet[Operation]:
        """The one the address names. Raises as ``operations``."""
        task = names.pop("templatetask", None) or names.pop("repositorytask")
        return self.operations(**names).filter(pk=task)

    def as_tasks(self, rows: list[Row]) -> list[Row]:
        """Rows of tasks with their jobs, and where their owner and what they made is found."""
        owner = self.request.path.split("/api", 1)[-1].partition("/tasks")[0]
        for row in with_jobs(self.actor, rows, lambda row: owner):
            if row["status"] == OperationStatus.SUCCEEDED and not row["kind"].startswith(_GONE):
                row["result_path"] = owner
        return rows


class Tasks(TaskView):
    @speaks("Tasks, the newest first", answers=(TEMPLATE_TASK,), many=True, paged=True)
    def get(self, request, **names):
        if "template" in names:
            # One task outlives its template, the list does not.
            self.template(names["enterprise"], names["repository"], names["template"])
        page = self.read_page(self.operations(**names), self.task)
        self.as_tasks(page.rows)
        return self.send_page(page, self.task)


class OneTask(TaskView):
    @speaks("A task", answers=(TEMPLATE_TASK, "taskextended"))
    def get(self, request, **names):
        row = self.row(self.named(names), self.task, "TASK-1")
        return self.answer(self.task, self.as_tasks([row])[0])


class CancelTask(TaskView):
    @speaks("Ask a task to stop and undo what it did", accepts=("text/plain",), status=204)
    def post(self, request, **names):
        task = self.one(self.named(names), "TASK-1").pk
        approvals.stop(actor=self.actor, operation_id=task, comment=self.text())
        return self.nothing()


class AcknowledgeTask(TaskView):
    @speaks("Say that the failure of a task was seen", status=204)
    def post(self, request, **names):
        task = self.one(self.named(names), "TASK-1").pk
        acknowledge_operation(actor=self.actor, operation_id=task)
        return self.nothing()


class OfDisk(TaskView):
    """Mixed in: those on one disk, its conversions included."""

    task = DISK_TASK

    def operations(self, **names: int) -> QuerySet[Operation]:
        disk = names.pop("templatedisk")
        found = self.whole_template(names["enterprise"], names["repository"], names["template"])
        self.among(found["disks"], disk, "DISK-3")
        return super().operations(**names).filter(parameters__disk=disk)


class OfConversion(ConversionView, TaskView):
    """Mixed in: those on one conversion."""

    task = CONVERSION_TASK

    def operations(self, **names: Any) -> QuerySet[Operation]:
        conversion = self.conversion(**names)
        operations = Operation.objects.visible_to(self.actor).about("template", names["template"])
        return operations.filter(kind__in=(KIND, DELETE_KIND), parameters__conversion=conversion.pk)


class DiskTasks(OfDisk, Tasks):
    pass


class OneDiskTask(OfDisk, OneTask):
    pass


class CancelDiskTask(OfDisk, CancelTask):
    pass


class AcknowledgeDiskTask(OfDisk, AcknowledgeTask):
    pass


class ConversionTasks(OfConversion, Tasks):
    pass


class OneConversionTask(OfConversion, OneTask):
    pass


class CancelConversionTask(OfConversion, CancelTask):
    pass


class AcknowledgeConversionTask(OfConversion, AcknowledgeTask):
    pass


class OfRepository(TaskView):
    """Mixed in: the operations on a repository that the enterprise asked for."""

    task = REPOSITORY_TASK

    def operations(self, **names: int) -> QuerySet[Operation]:
        here = self.repositories(names["enterprise"]).filter(pk=names["repository"])
        self.row(here, REPOSITORY, "DC-0")
        operations = Operation.objects.visible_to(self.actor).filter(enterprise_id=names["enterprise"])
        looks = Q(resource_type="template_repository", resource_id__in=here.values("repository__id"))
        brought = Upload.objects.visible_to(self.actor).filter(repository__datacenter_id=names["repository"])
        return operations.filter(looks | Q(resource_type="upload", resource_id__in=brought.values("id")))

    def named(self, names: dict[str, Any]) -> QuerySet[Operation]:
        """The one the address names. Raises as ``operations``."""
        task = names.pop("templatetask", None) or names.pop("repositorytask")
        return self.operations(**names).filter(pk=task)

    def as_tasks(self, rows: list[Row]) -> list[Row]:
        """What was brought into it has become a template, which is the result then."""
        made = Upload.objects.visible_to(self.actor).filter(template__isnull=False)
        ids = [row["resource_id"] for row in rows if row["kind"] in BRINGING]
        templates = dict(made.filter(pk__in=ids).values_list("id", "template_id"))
        for row in super().as_tasks(rows):
            if row["kind"] in BRINGING:
                template, row["result_path"] = templates.get(row["resource_id"]), None
                owner = row["owner_path"]
                row["made_path"] = f"{owner}/virtualmachinetemplates/{template}" if template else None
        return rows


class RepositoryTasks(OfRepository, Tasks):
    pass


class OneRepositoryTask(OfRepository, OneTask):
    pass


class CancelRepositoryTask(OfRepository, CancelTask):
    pass


class AcknowledgeRepositoryTask(OfRepository, AcknowledgeTask):
    pass
