"""What the guest of a machine is told: metadata with its user data, and its first password."""

from compute import services
from compute.api.resources import GUEST_PASSWORD, METADATA
from compute.api.views.machines import MachineView
from core.api.verbs import speaks


class Metadata(MachineView):
    @speaks("A machine's metadata; for those who may change it, with the user data", answers=(METADATA,))
    def get(self, request, vdc, vapp, vm):
        return self._shown(vdc, vapp, vm)

    @speaks(
        "Replace the metadata. User data of a machine that is off and deployed is written by a task",
        answers=(METADATA, "acceptedrequest"),
        accepts=(METADATA,),
    )
    def put(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        values = METADATA.read(self.document(), creating=True)
        operation = services.set_metadata(
            actor=self.actor, machine_id=vm, correlation_id=self.correlation_id, **values
        )
        return self.accepted_task(operation) if operation else self._shown(vdc, vapp, vm)

    def _shown(self, vdc, vapp, vm):
        row = self.machine_row(vdc, vapp, vm)
        machine = self.one(self.machines().filter(pk=vm), "VM-1")
        return self.answer(METADATA, row | {"metadata": services.metadata_of(self.actor, machine)})


class RetrievePassword(MachineView):
    @speaks("The guest's first password; that it was asked for is an event", answers=(GUEST_PASSWORD,))
    def post(self, request, vdc, vapp, vm):
        row = self.machine_row(vdc, vapp, vm)
        password = services.reveal_guest_password(actor=self.actor, machine_id=vm)
        machine = self.one(self.machines().filter(pk=vm).select_related("template"), "VM-1")
        user = machine.template.login_user if machine.template else ""
        answer = self.answer(GUEST_PASSWORD, row | {"user": user or None, "password": password})
        answer["Cache-Control"] = "no-store"
        return answer


class ResetPassword(MachineView):
    @speaks("Have a new first password made at the next deployment", status=204)
    def post(self, request, vdc, vapp, vm):
        self.require_machine(vdc, vapp, vm)
        services.reset_guest_password(actor=self.actor, machine_id=vm)
        return self.nothing()
