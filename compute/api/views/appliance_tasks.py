"""Tasks of virtual appliances themselves. One outlives its appliance, so that its end can be followed."""

from django.db.models import QuerySet

from approvals import services as approvals
from compute.api.resources import APPLIANCE_TASK
from compute.api.views.virtual_appliances import ApplianceView
from core.api.resource import Row
from core.api.verbs import speaks
from operations.api.rows import with_jobs
from operations.models import Operation, OperationStatus
from operations.services import acknowledge_operation


class TaskView(ApplianceView):
    """A view of the operations on one appliance."""

    def operations(self, vdc: int, vapp: int) -> QuerySet[Operation]:
        """Raises NotFound when the virtual datacenter is not to be seen."""
        self.virtual_datacenter(vdc)
        operations = Operation.objects.visible_to(self.actor).about("virtual_appliance", vapp)
        return operations.filter(virtual_datacenter_id=vdc)

    def shown(self, rows: list[Row]) -> list[Row]:
        """Rows of tasks with their jobs, and where the appliance is that was made."""
        owner = self.request.path.split("/api", 1)[-1].partition("/tasks")[0]
        for row in with_jobs(self.actor, rows, lambda row: owner):
            if row["status"] == OperationStatus.SUCCEEDED:
                row["result_path"] = owner
        return rows


class Tasks(TaskView):
    @speaks(
        "Tasks of an appliance itself, the newest first", answers=(APPLIANCE_TASK,), many=True, paged=True
    )
    def get(self, request, vdc, vapp):
        page = self.read_page(self.operations(vdc, vapp), APPLIANCE_TASK)
        self.shown(page.rows)
        return self.send_page(page, APPLIANCE_TASK)


class OneTask(TaskView):
    @speaks("A task", answers=(APPLIANCE_TASK, "taskextended"))
    def get(self, request, vdc, vapp, appliancetask):
        row = self.row(self.operations(vdc, vapp).filter(pk=appliancetask), APPLIANCE_TASK, "TASK-1")
        return self.answer(APPLIANCE_TASK, self.shown([row])[0])


class CancelTask(TaskView):
    @speaks("Ask a task to stop and undo what it did", accepts=("text/plain",), status=204)
    def post(self, request, vdc, vapp, appliancetask):
        self.one(self.operations(vdc, vapp).filter(pk=appliancetask), "TASK-1")
        approvals.stop(actor=self.actor, operation_id=appliancetask, comment=self.text())
        return self.nothing()


class AcknowledgeTask(TaskView):
    @speaks("Say that the failure of a task was seen", status=204)
    def post(self, request, vdc, vapp, appliancetask):
        self.one(self.operations(vdc, vapp).filter(pk=appliancetask), "TASK-1")
        acknowledge_operation(actor=self.actor, operation_id=appliancetask)
        return self.nothing()
