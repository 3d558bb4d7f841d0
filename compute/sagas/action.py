"""What every operation on one machine has in common: it is what an action of ``compute.states`` starts."""

from typing import Any, ClassVar

from compute.sagas.outcome import require_state
from compute.states import ACTIONS
from operations.models import Operation
from operations.saga import Saga


class MachineSaga(Saga):
    """``action`` names an entry of ACTIONS; kind, title, privilege and the names of events follow from it.

    ``done`` is what the event says when it succeeded. One that waited for a person needs the action's
    state once more before it begins.
    """

    action: ClassVar[str]

    def __init_subclass__(cls, *, action: str = "", done: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if not action:
            return
        entry = ACTIONS[action]
        cls.action = action
        cls.kind = entry.operation_kind
        cls.title = entry.title
        cls.privilege = entry.privilege
        cls.done_event = f"virtual_machine.{done}"
        cls.failed_event = f"{entry.operation_kind}_failed"

    def released(self, operation: Operation) -> None:
        require_state(operation, self.action)
