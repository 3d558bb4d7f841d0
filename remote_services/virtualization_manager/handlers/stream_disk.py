"""StreamDisk: watches over the copying that the hypervisor does, and takes it up where it was left."""

import time
from pathlib import Path

from contracts.virtualization import StreamDisk
from remote_services.drivers import open_driver
from remote_services.drivers.base import Streaming, StreamState, require
from remote_services.runtime import room
from remote_services.runtime.errors import DatastoreFull, HypervisorRefused, MachineNotFound
from remote_services.runtime.registry import Context, handles

POLL_SECONDS = 0.5
# Between the end of the job and the new definition a moment passes.
SETTLES_SECONDS = 5.0


@handles(StreamDisk)
def stream_disk(command: StreamDisk, context: Context) -> dict:
    driver = require(open_driver(command.endpoint), Streaming)
    try:
        state = _begun(driver, command)
        while state.running:
            context.progress(state.percent)
            _leave_room(driver, command)
            time.sleep(POLL_SECONDS)
            state = _state(driver, command)
        state = _settled(driver, command, state)
    except MachineNotFound:
        return {"standalone": False, "reason": "gone"}
    if state.standalone:
        return {"standalone": True}
    if not state.powered:
        return {"standalone": False, "reason": "off"}
    _check_room(command)
    raise HypervisorRefused("The hypervisor stopped copying before the end and does not say why.")


def _begun(driver: Streaming, command: StreamDisk) -> StreamState:
    state = driver.stream_state(command.machine_id, command.path)
    if not state.powered or state.standalone or state.running:
        return state
    _check_room(command)
    try:
        driver.begin_stream(command.machine_id, command.path, command.bandwidth_mib_per_second)
    except HypervisorRefused:
        if driver.stream_state(command.machine_id, command.path).powered:
            raise
        return StreamState(powered=False)
    return driver.stream_state(command.machine_id, command.path)


def _settled(driver: Streaming, command: StreamDisk, state: StreamState) -> StreamState:
    deadline = time.monotonic() + SETTLES_SECONDS
    while state.powered and not (state.standalone or state.running) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS / 5)
        state = _state(driver, command)
    return state


def _state(driver: Streaming, command: StreamDisk) -> StreamState:
    """Asked once more where the host refused: it does so while a machine is just being switched off."""
    try:
        return driver.stream_state(command.machine_id, command.path)
    except HypervisorRefused:
        time.sleep(SETTLES_SECONDS / 2)
        return driver.stream_state(command.machine_id, command.path)


def _leave_room(driver: Streaming, command: StreamDisk) -> None:
    """Copying stops before the guests themselves have no room to write: those would be frozen."""
    try:
        _check_room(command)
    except DatastoreFull:
        driver.abort_stream(command.machine_id, command.path)
        raise


def _check_room(command: StreamDisk) -> None:
    """Raises DatastoreFull. Only known where the datastore is mounted under the path the host sees."""
    directory = Path(command.path).parent
    if directory.is_dir():
        room.require_room(directory, room.RESERVE_BYTES)
