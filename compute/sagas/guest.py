"""Writing the config drive of a machine that is off anew, because what its guest is told was changed.

Nothing here is undone: the drive is replaced whole or not at all, and says what stands in the rows.
"""

from django.utils.translation import gettext_lazy as _

from compute.sagas import commands
from compute.sagas.action import MachineSaga
from compute.sagas.guest_drive import guest_was_told, write_guest_drive
from operations.models import Operation
from operations.saga import Step, register


@register
class SetUpGuest(MachineSaga, action="set_up_guest", done="guest_set_up"):
    dialect_type = "RECONFIGURE"
    steps = (
        Step(name="write_guest_drive", title=_("Write the guest's set-up"), send=write_guest_drive),
        Step(name="define_machine", title=_("Put it into the machine's drive"), send=commands.define_machine),
    )

    def succeeded(self, operation: Operation) -> dict:
        machine = commands.machine_of(operation)
        guest_was_told(machine)
        return {"state": machine.state}

    def failed(self, operation: Operation) -> dict:
        return {"state": commands.machine_of(operation).state}
