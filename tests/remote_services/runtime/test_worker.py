"""A remote service as it runs: a real process on a real broker, killed and cut off."""

import json
import time
from uuid import UUID, uuid4

import pytest

from contracts.base import REPORT_QUEUE
from contracts.virtualization import ResetMachine, SetPowerState, ShutDownMachine, UndefineMachine
from contracts.vocabulary import ErrorCode, PowerState

pytestmark = pytest.mark.server

# RabbitMQ 3.10, killed within seconds after it made a quorum queue, never gets that queue up again.
RABBITMQ_FORGETS_SECONDS = 8


def test_a_short_command_reports_only_its_end(mailbox, service, subject):
    command = mailbox.send(SetPowerState(**subject, state=PowerState.ON))
    assert mailbox.end_of(command).output == {"machine": str(subject["machine_id"])}
    mailbox.collect(0.8)
    assert mailbox.outcomes(command.command_id) == ["succeeded"]


def test_a_longer_command_reports_its_start_and_how_far_it_is(mailbox, service, subject):
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=3))
    mailbox.end_of(command)
    assert mailbox.outcomes(command.command_id) == ["started", "progressed", "succeeded"]
    assert mailbox.reports[1].outcome.percent == 40


@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [(UndefineMachine, ErrorCode.UNREACHABLE, True), (ResetMachine, ErrorCode.INTERNAL_ERROR, False)],
)
def test_whatever_a_handler_raises_is_reported(mailbox, service, subject, kind, code, retryable):
    end = mailbox.end_of(mailbox.send(kind(**subject)))
    assert (end.code, end.retryable) == (code, retryable)


def test_a_command_from_the_future_is_answered(mailbox, service):
    command_id = uuid4()
    body = {"type": "virtualization.teleport_machine.v1", "command_id": str(command_id)}
    mailbox.send_text(json.dumps(body).encode())
    assert mailbox.wait_for(lambda: mailbox.outcomes(command_id) == ["failed"])
    assert mailbox.reports[-1].outcome.code == ErrorCode.UNSUPPORTED_COMMAND


def test_commands_about_one_machine_run_one_after_the_other(mailbox, service, subject, tmp_path):
    commands = [mailbox.send(ShutDownMachine(**subject, timeout_seconds=1)) for _ in range(3)]
    for command in commands:
        mailbox.end_of(command)
    words = [line.split()[1] for line in (tmp_path / "state" / "runs").read_text().splitlines()]
    assert words == ["begins", "ends"] * 3


def test_commands_about_different_machines_run_side_by_side(mailbox, service, subject):
    mailbox.end_of(mailbox.send(SetPowerState(**subject, state=PowerState.ON)))
    begin = time.monotonic()
    commands = [
        mailbox.send(ShutDownMachine(**{**subject, "machine_id": uuid4()}, timeout_seconds=2))
        for _ in range(4)
    ]
    for command in commands:
        mailbox.end_of(command)
    assert time.monotonic() - begin < 6


def test_a_command_delivered_again_while_it_runs_is_run_once(mailbox, service, subject, tmp_path):
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=2))
    mailbox.send(command)
    mailbox.end_of(command)
    mailbox.collect(1)
    assert len((tmp_path / "state" / "runs").read_text().splitlines()) == 2


def test_a_command_delivered_again_after_it_succeeded_is_told_again_but_not_run(
    mailbox, service, subject, tmp_path
):
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=1))
    mailbox.end_of(command)
    mailbox.send(command)
    assert mailbox.wait_for(lambda: mailbox.outcomes(command.command_id).count("succeeded") == 2)
    assert len((tmp_path / "state" / "runs").read_text().splitlines()) == 2


def test_a_command_that_failed_is_tried_again_when_it_is_sent_again(mailbox, service, subject):
    command = mailbox.send(UndefineMachine(**subject))
    mailbox.end_of(command)
    mailbox.send(command)
    assert mailbox.wait_for(lambda: mailbox.outcomes(command.command_id).count("failed") == 2)


def test_a_service_says_that_it_is_alive(mailbox, service, datacenter_id):
    assert mailbox.wait_for(lambda: mailbox.observations)
    observation = mailbox.observations[0]
    assert (observation.datacenter_id, observation.service) == (datacenter_id, "virtualization")


def test_a_stopped_service_lets_the_running_command_end(mailbox, service, subject, tmp_path):
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=2))
    assert mailbox.wait_for(lambda: (tmp_path / "state" / "runs").exists())
    assert service.stop() == 0
    assert mailbox.end_of(command).type == "succeeded"
    service.start()
    mailbox.collect(3)
    assert mailbox.outcomes(command.command_id).count("succeeded") == 1, "it was acknowledged"


def test_an_end_that_the_broker_does_not_take_is_reported_when_it_is_back(
    broker, mailbox, service, subject, tmp_path
):
    mailbox.end_of(mailbox.send(SetPowerState(**subject, state=PowerState.ON)))
    time.sleep(RABBITMQ_FORGETS_SECONDS)
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=3))
    assert mailbox.wait_for(lambda: (tmp_path / "state" / "runs").exists())
    broker.kill()
    spool = tmp_path / "state" / "spool"
    assert _eventually(lambda: list(spool.glob("*.json")), 40), "the end is on disk"
    broker.start()
    assert mailbox.end_of(command, within_seconds=60).type == "succeeded"
    assert _eventually(lambda: not list(spool.glob("*.json")), 20)
    following = mailbox.send(SetPowerState(**{**subject, "machine_id": uuid4()}, state=PowerState.ON))
    assert mailbox.end_of(following, within_seconds=60).type == "succeeded"


def test_a_command_of_a_killed_service_is_run_by_the_next(broker, mailbox, service, subject, tmp_path):
    if broker.url.startswith("redis"):
        pytest.skip("Redis delivers again only after the visibility timeout of a minute")
    command = mailbox.send(ShutDownMachine(**subject, timeout_seconds=2))
    assert mailbox.wait_for(lambda: (tmp_path / "state" / "runs").exists())
    service.kill()
    service.start()
    assert mailbox.end_of(command).type == "succeeded"


def test_a_report_left_on_disk_by_a_killed_service_is_sent_by_the_next(mailbox, service, tmp_path):
    command_id = uuid4()
    report = {
        "command_id": str(command_id),
        "reported_at": "2026-01-01T00:00:00Z",
        "outcome": {"type": "succeeded"},
    }
    service.kill()
    (tmp_path / "state" / "spool").mkdir(exist_ok=True)
    (tmp_path / "state" / "spool" / f"{uuid4()}.json").write_text(json.dumps(report))
    service.start()
    assert mailbox.wait_for(lambda: mailbox.outcomes(UUID(str(command_id)))), REPORT_QUEUE


def _eventually(condition, within_seconds):
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return bool(condition())
