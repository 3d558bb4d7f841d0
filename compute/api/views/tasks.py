"""Tasks of machines. A task outlives its machine, so that a deletion can be followed to its end."""

from approvals import services as approvals
from compute.addresses import machine_path
from compute.api.views.machines import MachineView
from compute.models import VirtualMachine
from core.api.resource import Row
from core.api.verbs import speaks
from operations.api.resources import TASK
from operations.api.rows import with_jobs
from operations.models import Operation
from tenants.models import Enterprise, User


class TaskView(MachineView):
    """A view of the operations on one machine."""

    def operations(self, vdc: int, vapp: int, vm: int):
        """Raises NotFound when the machine is elsewhere; one that is gone still has its tasks."""
        if VirtualMachine.objects.visible_to(self.actor).filter(pk=vm).exists():
            self.machine_row(vdc, vapp, vm)
        return Operation.objects.visible_to(self.actor).about("virtual_machine", vm)

    def here(self, row: Row) -> str:
        """Where the tasks of this address' machine are found."""
        return self.machine_path()


class Tasks(TaskView):
    @speaks("Tasks of a machine, the newest first", answers=(TASK,), many=True, paged=True)
    def get(self, request, vdc, vapp, vm):
        self.machine_row(vdc, vapp, vm)
        page = self.read_page(self.operations(vdc, vapp, vm), TASK)
        with_jobs(self.actor, page.rows, self.here)
        return self.send_page(page, TASK)


class OneTask(TaskView):
    @speaks("A task", answers=(TASK, "taskextended"))
    def get(self, request, vdc, vapp, vm, task):
        row = self.row(self.operations(vdc, vapp, vm).filter(pk=task), TASK, "TASK-1")
        return self.answer(TASK, with_jobs(self.actor, [row], self.here)[0])


class CancelTask(TaskView):
    @speaks(
        "Ask a task to stop and undo what it did; an approver rejects one that waits, the body saying why",
        accepts=("text/plain",),
        status=204,
    )
    def post(self, request, vdc, vapp, vm, task):
        self.one(self.operations(vdc, vapp, vm).filter(pk=task), "TASK-1")
        approvals.stop(actor=self.actor, operation_id=task, comment=self.text())
        return self.nothing()


class ContinueTask(TaskView):
    @speaks("Approve a task that waits for it; the body may say why", accepts=("text/plain",), status=204)
    def post(self, request, vdc, vapp, vm, task):
        self.one(self.operations(vdc, vapp, vm).filter(pk=task), "TASK-1")
        approvals.decide(actor=self.actor, operation_id=task, approve=True, comment=self.text())
        return self.nothing()


class PendingTasks(MachineView):
    """Running tasks of a user, or with no user in the address of a whole enterprise."""

    @speaks("Running tasks", answers=(TASK, "tasksextended"), many=True, paged=True)
    def get(self, request, enterprise, user=None):
        running = Operation.objects.visible_to(self.actor).filter(active_key__isnull=False)
        if user is None:
            self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
            running = running.filter(enterprise_id=enterprise)
        else:
            self.one(User.objects.visible_to(self.actor).filter(pk=user, enterprise_id=enterprise), "USER-0")
            running = running.filter(actor_id=user)
        page = self.read_page(running.filter(resource_type="virtual_machine"), TASK)
        machines = VirtualMachine.objects.visible_to(self.actor).filter(
            pk__in=[r["resource_id"] for r in page.rows]
        )
        paths = {
            vm: machine_path(vdc, vapp, vm)
            for vdc, vapp, vm in machines.values_list("virtual_datacenter_id", "virtual_appliance_id", "id")
        }
        with_jobs(self.actor, page.rows, lambda row: paths.get(row["resource_id"], ""))
        return self.send_page(page, TASK)
