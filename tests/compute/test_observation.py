"""What the system monitor saw becomes state and events."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from compute.services import deploy, observe, perform
from compute.states import MachineState
from contracts.monitoring import HostObserved, MachineObserved, MachineSighting
from contracts.vocabulary import PowerState
from events.models import Event


@pytest.fixture
def machine(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.id)
    datacenter.work()
    world.machine.refresh_from_db()
    return world.machine


def seen(machine, power_state, seconds=1):
    return MachineObserved(
        host_id=machine.host.uuid,
        machine_id=machine.uuid,
        power_state=power_state,
        observed_at=datetime.now(UTC) + timedelta(seconds=seconds),
        reason="destroyed",
    )


def host_seen(machine, reachable=True, machines=(), seconds=1):
    return HostObserved(
        host_id=machine.host.uuid,
        reachable=reachable,
        observed_at=datetime.now(UTC) + timedelta(seconds=seconds),
        machines=machines,
    )


@pytest.mark.parametrize(
    ("power_state", "state", "kind"),
    [
        (PowerState.OFF, MachineState.OFF, "virtual_machine.found_off"),
        (PowerState.PAUSED, MachineState.PAUSED, "virtual_machine.found_paused"),
        (PowerState.MISSING, MachineState.UNKNOWN, "virtual_machine.vanished"),
    ],
)
def test_a_machine_changed_behind_our_back_is_shown_so_and_recorded(machine, power_state, state, kind):
    observe(seen(machine, power_state))

    machine.refresh_from_db()
    assert machine.state == state
    assert Event.objects.filter(kind=kind, subject_id=machine.id).count() == 1


def test_an_observation_older_than_what_is_known_is_dropped(machine):
    observe(seen(machine, PowerState.OFF, seconds=-3600))

    machine.refresh_from_db()
    assert machine.state == MachineState.ON


def test_an_observation_does_not_overrule_a_running_operation(world, machine):
    perform(actor=world.user, machine_id=machine.id, action_name="reset")

    observe(seen(machine, PowerState.OFF))

    machine.refresh_from_db()
    assert machine.state == MachineState.ON
    assert machine.observed_power_state == PowerState.OFF


def test_machines_of_a_host_that_went_away_are_unknown_never_off_and_come_back(machine):
    observe(host_seen(machine, reachable=False))
    machine.refresh_from_db()
    assert machine.state == MachineState.UNKNOWN

    sighting = MachineSighting(machine_id=machine.uuid, power_state=PowerState.ON)
    observe(host_seen(machine, machines=(sighting,), seconds=2))
    machine.refresh_from_db()
    assert machine.state == MachineState.ON
    assert machine.unknown_reason == ""


def test_a_vanished_machine_can_be_undeployed(world, datacenter, machine):
    observe(host_seen(machine, machines=()))
    machine.refresh_from_db()
    assert machine.state == MachineState.UNKNOWN

    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()

    machine.refresh_from_db()
    assert machine.state == MachineState.NOT_ALLOCATED


def test_another_host_cannot_speak_for_a_machine(world, machine):
    stranger = world.add_host("host-2", "fake:///elsewhere")

    observe(seen(machine, PowerState.OFF).model_copy(update={"host_id": stranger.uuid}))
    observe(seen(machine, PowerState.OFF).model_copy(update={"machine_id": uuid4()}))

    machine.refresh_from_db()
    assert machine.state == MachineState.ON
