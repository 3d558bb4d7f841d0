"""Which action is possible when, and what an appliance's state follows from."""

import itertools

import pytest

from compute.states import ACTIONS, MachineState, actions_of, appliance_state, decide, shown_state


class Everybody:
    """An actor whose privileges are given."""

    is_active = True
    restricted = False

    def __init__(self, *privileges: str):
        self.privileges = frozenset(privileges) or frozenset(action.privilege for action in ACTIONS.values())


@pytest.mark.parametrize(("name", "state"), itertools.product(ACTIONS, MachineState.values))
def test_an_action_is_possible_exactly_in_its_states_and_else_says_why(name, state):
    decision = decide(ACTIONS[name], state=state, locked=False, actor=Everybody(*EVERY_PRIVILEGE))

    assert bool(decision) == (state in ACTIONS[name].from_states)
    assert bool(decision) != bool(decision.reason)


EVERY_PRIVILEGE = (*{action.privilege for action in ACTIONS.values()}, "VAPP_DELETE_UNKNOWN_VM")


@pytest.mark.parametrize("state", MachineState.values)
def test_a_locked_machine_allows_nothing(state):
    assert not any(decision for _, decision in actions_of(state=state, locked=True, actor=Everybody()))


def test_the_state_is_told_before_the_right():
    decision = decide(ACTIONS["power_on"], state=MachineState.ON, locked=False, actor=Everybody("NOTHING"))

    assert decision.reason.code != "PRIVILEGE_MISSING"


@pytest.mark.parametrize(
    ("states", "derived"),
    [
        ([], "EMPTY"),
        (["ON", "UNKNOWN", "LOCKED"], "UNKNOWN"),
        (["ON", "LOCKED"], "LOCKED"),
        (["NOT_ALLOCATED", "ALLOCATED"], "NOT_DEPLOYED"),
        (["ON", "OFF", "PAUSED", "CONFIGURED"], "DEPLOYED"),
        (["ON", "NOT_ALLOCATED"], "NEEDS_SYNC"),
    ],
)
def test_an_appliance_is_what_its_machines_are(states, derived):
    assert appliance_state(states) == derived


def test_a_machine_with_a_running_operation_is_shown_locked():
    assert shown_state(MachineState.ON, locked=True) == MachineState.LOCKED
    assert shown_state(MachineState.ON, locked=False) == MachineState.ON
