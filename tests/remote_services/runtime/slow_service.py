"""A remote service for tests whose commands take as long as the test says."""

import os
import time
from pathlib import Path

from contracts.virtualization import (
    VIRTUALIZATION_COMMANDS,
    ResetMachine,
    SetPowerState,
    ShutDownMachine,
    UndefineMachine,
)
from contracts.vocabulary import Service
from remote_services.runtime.errors import Unreachable
from remote_services.runtime.registry import handles
from remote_services.runtime.worker import make_worker

RUNS = Path(os.environ["ATRIUM_STATE_DIR"]) / "runs"


def _note(command, what):
    with RUNS.open("a") as file:
        file.write(f"{command.command_id} {what}\n")


@handles(SetPowerState)
def at_once(command, context):
    return {"machine": str(command.machine_id)}


@handles(ShutDownMachine)
def slowly(command, context):
    _note(command, "begins")
    context.progress(40)
    time.sleep(command.timeout_seconds)
    _note(command, "ends")


@handles(UndefineMachine)
def unreachable(command, context):
    raise Unreachable("nobody there")


@handles(ResetMachine)
def broken(command, context):
    raise ZeroDivisionError("a mistake of ours")


app = make_worker("slow_service", Service.VIRTUALIZATION, VIRTUALIZATION_COMMANDS)
