"""Processes killed with -9 at every step: each operation ends well or is undone, and nothing is left."""

import itertools
import time

import pytest

pytestmark = [pytest.mark.server, pytest.mark.hypervisor, pytest.mark.slow]

DEPLOY_STEPS = {
    "reserve_address": "dhcp",
    "provision_disk": "appliance",
    "define_machine": "virtualization",
    "power_on": "fast",
}
UNDEPLOY_STEPS = {"undefine_machine": "virtualization", "delete_disk": "appliance", "release_address": "dhcp"}
STEP_IS_OUT = """SELECT 1 FROM operations_step s JOIN operations_operation o ON o.id = s.operation_id
                 WHERE o.active_key IS NOT NULL AND s.name = %s AND s.status = 'running'"""
names = (f"crash-{number}" for number in itertools.count(1))


def kill_during(stack, step: str, process: str, pause_seconds: float) -> None:
    """Kill the process a moment after its command left, and start it again."""
    stack.wait_until(lambda: stack.rows(STEP_IS_OUT, step) or no_operation_runs(stack), 30, f"{step} sent")
    time.sleep(pause_seconds)
    stack.kill_process(process)
    stack.start_process(process)


def no_operation_runs(stack) -> bool:
    return not stack.rows("SELECT 1 FROM operations_operation WHERE active_key IS NOT NULL")


def assert_nothing_is_left(stack) -> None:
    assert stack.rows("SELECT count(*) FROM infrastructure_claim") == [(0,)]
    assert stack.rows("SELECT count(*) FROM networking_addresslease") == [(0,)]
    # Published rows are deleted together, twice a second.
    stack.wait_until(
        lambda: stack.rows("SELECT count(*) FROM operations_outboxmessage") == [(0,)], 10, "an empty outbox"
    )
    assert list(stack.host.datastore_dir.iterdir()) == []
    assert stack.domains() == []
    assert "atr" not in stack.host.enter("ip", "-o", "link").stdout


def finish(stack, tenant, machine) -> None:
    """Undeploy what is deployed, then nothing may be left."""
    state = stack.wait_until(
        lambda: (s := tenant.state(machine)) != "LOCKED" and s, 120, "an end of the operation"
    )
    if state != "NOT_ALLOCATED":
        assert tenant.run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"
    assert_nothing_is_left(stack)


@pytest.mark.parametrize("pause_seconds", [0, 0.05])
@pytest.mark.parametrize(("step", "process"), DEPLOY_STEPS.items())
def test_a_remote_service_killed_while_deploying(stack, tenant, step, process, pause_seconds):
    machine = tenant.create(next(names))

    task = tenant.act(machine, "deploy")
    kill_during(stack, step, process, pause_seconds)

    assert tenant.outcome(task, 120) == "FINISHED_SUCCESSFULLY"
    finish(stack, tenant, machine)


@pytest.mark.parametrize(("step", "process"), UNDEPLOY_STEPS.items())
def test_a_remote_service_killed_while_undeploying(stack, tenant, step, process):
    machine = tenant.create(next(names))
    assert tenant.run(machine, "deploy") == "FINISHED_SUCCESSFULLY"

    task = tenant.act(machine, "undeploy")
    kill_during(stack, step, process, 0)

    assert tenant.outcome(task, 120) == "FINISHED_SUCCESSFULLY"
    finish(stack, tenant, machine)


def test_the_server_killed_with_twenty_operations_in_flight(stack, tenant):
    machines = [tenant.create(next(names)) for _number in range(20)]
    tasks = [tenant.act(machine, "deploy") for machine in machines]

    stack.kill_process("server")
    stack.kill_process("web")
    stack.kill_process("reconciler")
    for name in ("web", "server", "reconciler"):
        stack.start_process(name)
    stack.wait_until(stack.healthy, 60, "healthy again")

    assert {tenant.outcome(task, 240) for task in tasks} == {"FINISHED_SUCCESSFULLY"}
    undeployments = [tenant.act(machine, "undeploy") for machine in machines]
    assert {tenant.outcome(task, 240) for task in undeployments} == {"FINISHED_SUCCESSFULLY"}
    assert_nothing_is_left(stack)


def test_the_broker_down_at_the_moment_of_the_request(stack, tenant):
    machine = tenant.create(next(names))
    stack.rabbitmq.kill()

    task = tenant.act(machine, "deploy")
    stack.rabbitmq.start()

    assert tenant.outcome(task, 120) == "FINISHED_SUCCESSFULLY"
    finish(stack, tenant, machine)


def test_redis_emptied_while_a_machine_is_deployed(stack, tenant):
    machine = tenant.create(next(names))
    task = tenant.act(machine, "deploy")

    stack.empty_redis()

    assert tenant.outcome(task, 120) == "FINISHED_SUCCESSFULLY"
    stack.destroy_behind_our_back(machine["uuid"])
    stack.wait_until(lambda: tenant.state(machine) == "OFF", 10, "seen off")
    finish(stack, tenant, machine)


def test_a_template_missing_on_disk_is_told_and_leaves_nothing(stack, tenant):
    image = stack.directory / "repository" / "tiny.qcow2"
    aside = image.rename(image.with_suffix(".aside"))
    machine = tenant.create(next(names))

    assert tenant.run(machine, "deploy") == "FINISHED_UNSUCCESSFULLY"
    aside.rename(image)

    (error,) = stack.rows("SELECT error FROM operations_operation WHERE resource_id = %s", machine["id"])[0]
    assert "template_missing" in error
    assert_nothing_is_left(stack)
