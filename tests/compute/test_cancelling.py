"""Who may cancel what."""

import pytest

from compute.services import deploy
from compute.states import ACTIONS
from core.errors import NotFound, PermissionRefused
from operations.models import OperationStatus
from operations.saga import saga_of_kind
from operations.services import cancel_operation
from tests.api_user import ApiUser, codes, machine_path


def test_who_may_only_look_cancels_nothing(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)

    with pytest.raises(PermissionRefused):
        cancel_operation(actor=world.viewer, operation_id=operation.id)
    path = f"{machine_path(world.machine)}/tasks/{operation.id}/action/cancel"
    answer = ApiUser("vera").post(path)

    assert (answer.status_code, codes(answer)) == (403, ["PRIVILEGE_MISSING"])
    operation.refresh_from_db()
    assert (operation.status, operation.cancel_requested_at) == (OperationStatus.RUNNING, None)


def test_nobody_cancels_what_another_enterprise_does(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)

    with pytest.raises(NotFound):
        cancel_operation(actor=world.rival_admin, operation_id=operation.id)


def test_a_colleague_who_could_have_started_it_may_cancel(world, datacenter):
    operation = deploy(actor=world.user, machine_id=world.machine.id)

    cancel_operation(actor=world.admin, operation_id=operation.id)

    operation.refresh_from_db()
    assert operation.cancel_requested_at is not None


def test_cancelling_takes_what_starting_takes():
    for action in ACTIONS.values():
        if action.operation_kind:
            assert saga_of_kind(action.operation_kind).privilege == action.privilege
