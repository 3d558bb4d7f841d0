"""The contract of a hypervisor driver, run against every driver we have."""

import time
from uuid import uuid4

import pytest

from contracts.virtualization import CdromSpec, DiskSpec, NicSpec
from contracts.vocabulary import DiskBus, DiskFormat, NicModel, PowerState
from remote_services.drivers import connect
from remote_services.runtime.errors import (
    HypervisorRefused,
    MachineNotFound,
    NoFreeDrive,
    OwnershipMismatch,
    TimedOut,
)

WITHIN_SECONDS = 10


def test_a_defined_machine_is_off_and_as_specified(driver, spec, machine_id):
    machine = driver.machine(machine_id)
    assert (machine.name, machine.vcpus, machine.memory_mib) == (spec.name, spec.vcpus, spec.memory_mib)
    assert machine.power_state is PowerState.OFF


def test_a_defined_machine_is_listed(driver, machine_id):
    assert driver.power_states()[machine_id] is PowerState.OFF


def test_two_connections_see_the_same_machines(host, driver, machine_id):
    other = connect(host.endpoint)
    other.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON
    other.close()


def test_defining_a_machine_that_is_off_changes_it(driver, spec, machine_id):
    driver.define(spec.model_copy(update={"vcpus": 1, "memory_mib": 96, "name": "renamed"}))
    machine = driver.machine(machine_id)
    assert (machine.name, machine.vcpus, machine.memory_mib) == ("renamed", 1, 96)
    assert list(driver.power_states()).count(machine_id) == 1


def test_a_machine_with_cdroms_full_and_empty_runs(driver, spec, machine_id, tmp_path):
    image = tmp_path / "set-up.iso"
    image.write_bytes(bytes(64 * 1024))
    cdroms = (CdromSpec(path=str(image), position=3), CdromSpec(position=0))
    driver.define(spec.model_copy(update={"cdroms": cdroms}))
    driver.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON


def test_defining_a_running_machine_leaves_it_running_as_it_is(driver, spec, machine_id):
    driver.start(machine_id)
    driver.define(spec.model_copy(update={"vcpus": 1}))
    machine = driver.machine(machine_id)
    assert (machine.power_state, machine.vcpus) == (PowerState.ON, 2)


def test_a_machine_is_started_and_powered_off(driver, machine_id):
    driver.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON
    driver.power_off(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.OFF


@pytest.mark.parametrize("verb", ["start", "power_off", "undefine"])
def test_repeating_a_verb_changes_nothing(driver, machine_id, verb):
    getattr(driver, verb)(machine_id)
    before = driver.power_states()
    getattr(driver, verb)(machine_id)
    assert driver.power_states() == before


@pytest.mark.parametrize("verb", ["machine", "start", "power_off"])
def test_a_machine_the_host_does_not_know_is_not_found(driver, verb):
    with pytest.raises(MachineNotFound):
        getattr(driver, verb)(uuid4())


def test_undefining_a_machine_the_host_does_not_know_is_fine(driver):
    driver.undefine(uuid4())


def test_undefining_a_running_machine_stops_and_forgets_it(driver, machine_id):
    driver.start(machine_id)
    driver.undefine(machine_id)
    with pytest.raises(MachineNotFound):
        driver.machine(machine_id)
    assert machine_id not in driver.power_states()


@pytest.mark.parametrize("verb", ["machine", "start", "power_off", "undefine"])
def test_a_machine_without_our_mark_is_not_touched(driver, foreign_id, verb):
    with pytest.raises(OwnershipMismatch):
        getattr(driver, verb)(foreign_id)


def test_a_machine_without_our_mark_is_not_redefined(driver, spec, foreign_id):
    with pytest.raises(OwnershipMismatch):
        driver.define(spec.model_copy(update={"machine_id": foreign_id}))


def test_a_machine_without_our_mark_is_not_listed(driver, machine_id, foreign_id):
    assert machine_id in driver.power_states()
    assert foreign_id not in driver.power_states()


@pytest.mark.parametrize("bus", DiskBus)
def test_a_machine_starts_with_its_disks_on_any_bus(driver, spec, machine_id, empty_disks, bus):
    adapters = ("", "lsilogic", "lsilogicsas", "VirtualSCSI") if bus is DiskBus.SCSI else ("", "")
    disks = tuple(
        DiskSpec(disk_id=uuid4(), path=path, position=place, bus=bus, adapter=adapter)
        for place, (path, adapter) in enumerate(zip(empty_disks, adapters, strict=False))
    )
    driver.define(spec.model_copy(update={"disks": disks}))
    driver.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON


def test_a_machine_starts_with_network_cards_of_any_model(driver, spec, machine_id, bridge):
    nics = tuple(
        NicSpec(nic_id=uuid4(), mac=f"52:54:00:00:0a:0{place}", bridge=bridge, position=place, model=model)
        for place, model in enumerate(NicModel)
    )
    driver.define(spec.model_copy(update={"nics": nics}))
    driver.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON


@pytest.mark.capability("pause")
def test_a_paused_machine_goes_on_when_started(driver, machine_id):
    driver.start(machine_id)
    driver.pause(machine_id)
    driver.pause(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.PAUSED
    driver.start(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON


@pytest.mark.capability("pause")
def test_a_paused_machine_can_be_powered_off(driver, machine_id):
    driver.start(machine_id)
    driver.pause(machine_id)
    driver.power_off(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.OFF


@pytest.mark.capability("pause")
def test_pausing_a_machine_that_is_off_is_refused(driver, machine_id):
    with pytest.raises(HypervisorRefused):
        driver.pause(machine_id)


@pytest.mark.capability("reset")
def test_a_reset_machine_runs_on(driver, machine_id):
    driver.start(machine_id)
    driver.reset(machine_id)
    assert driver.machine(machine_id).power_state is PowerState.ON


@pytest.mark.capability("reset")
def test_resetting_a_machine_that_is_off_is_refused(driver, machine_id):
    with pytest.raises(HypervisorRefused):
        driver.reset(machine_id)


@pytest.mark.capability("graceful_stop")
def test_shutting_down_ends_off_or_leaves_the_machine_running(driver, machine_id):
    driver.start(machine_id)
    try:
        driver.shut_down(machine_id, timeout_seconds=1)
    except TimedOut:
        assert driver.machine(machine_id).power_state is PowerState.ON
    else:
        assert driver.machine(machine_id).power_state is PowerState.OFF


@pytest.mark.capability("graceful_stop")
def test_shutting_down_a_machine_that_is_off_is_fine(driver, machine_id):
    driver.shut_down(machine_id, timeout_seconds=1)
    assert driver.machine(machine_id).power_state is PowerState.OFF


@pytest.mark.capability("console")
def test_the_console_speaks_vnc(driver, machine_id):
    driver.start(machine_id)
    with driver.open_console(machine_id) as console:
        console.settimeout(WITHIN_SECONDS)
        assert console.recv(12).startswith(b"RFB 003.")


@pytest.mark.capability("console")
def test_a_machine_that_is_off_has_no_console(driver, machine_id):
    with pytest.raises(HypervisorRefused):
        driver.open_console(machine_id)


@pytest.mark.capability("watch")
def test_a_watch_hears_of_every_change_made_by_others(host, driver, spec):
    changes = []
    watch = driver.watch(changes.append, lambda reason: None)
    other = connect(host.endpoint)
    other.define(spec)
    other.start(spec.machine_id)
    other.pause(spec.machine_id)
    other.start(spec.machine_id)
    other.power_off(spec.machine_id)
    other.undefine(spec.machine_id)
    expected = [PowerState(word) for word in ("off", "on", "paused", "on", "off", "missing")]
    assert _eventually(lambda: _states(changes, spec.machine_id) == expected), changes
    watch.close()
    other.close()


@pytest.mark.capability("watch")
def test_a_closed_watch_is_silent(host, driver, machine_id):
    changes = []
    driver.watch(changes.append, lambda reason: None).close()
    time.sleep(0.3)
    changes.clear()
    driver.start(machine_id)
    time.sleep(0.5)
    assert changes == []


@pytest.mark.capability("watch")
def test_a_watch_does_not_speak_of_machines_without_our_mark(host, driver, spec):
    changes = []
    watch = driver.watch(changes.append, lambda reason: None)
    foreign_id = uuid4()
    host.make_foreign(foreign_id)
    driver.define(spec)
    assert _eventually(lambda: _states(changes, spec.machine_id))
    assert _states(changes, foreign_id) == []
    watch.close()
    driver.undefine(spec.machine_id)
    host.remove_foreign(foreign_id)


@pytest.mark.capability("stream")
def test_a_disk_is_copied_off_what_it_was_made_of_while_the_machine_runs(driver, spec, backed_disk):
    before = driver.stream_state(spec.machine_id, backed_disk)
    assert (before.powered, before.running, before.standalone) == (True, False, False)
    driver.begin_stream(spec.machine_id, backed_disk)
    assert _eventually(lambda: driver.stream_state(spec.machine_id, backed_disk).standalone)
    assert driver.machine(spec.machine_id).power_state is PowerState.ON


@pytest.mark.capability("stream")
def test_copying_is_begun_once_and_seen_from_every_connection(host, driver, spec, backed_disk):
    driver.begin_stream(spec.machine_id, backed_disk, 1)
    driver.begin_stream(spec.machine_id, backed_disk, 1)
    other = connect(host.endpoint)
    state = other.stream_state(spec.machine_id, backed_disk)
    assert state.running and 0 <= state.percent < 100
    other.close()


@pytest.mark.capability("stream")
def test_copying_that_was_stopped_leaves_the_machine_running_and_can_begin_again(driver, spec, backed_disk):
    driver.begin_stream(spec.machine_id, backed_disk, 1)
    driver.abort_stream(spec.machine_id, backed_disk)
    driver.abort_stream(spec.machine_id, backed_disk)
    assert _eventually(lambda: not driver.stream_state(spec.machine_id, backed_disk).running)
    assert not driver.stream_state(spec.machine_id, backed_disk).standalone
    assert driver.machine(spec.machine_id).power_state is PowerState.ON
    driver.begin_stream(spec.machine_id, backed_disk)
    assert _eventually(lambda: driver.stream_state(spec.machine_id, backed_disk).standalone)


@pytest.mark.capability("stream")
def test_copying_cut_off_by_the_power_goes_on_after_it(driver, spec, backed_disk):
    driver.begin_stream(spec.machine_id, backed_disk, 1)
    driver.power_off(spec.machine_id)
    assert driver.stream_state(spec.machine_id, backed_disk).powered is False
    with pytest.raises(HypervisorRefused):
        driver.begin_stream(spec.machine_id, backed_disk)
    driver.start(spec.machine_id)
    driver.begin_stream(spec.machine_id, backed_disk)
    assert _eventually(lambda: driver.stream_state(spec.machine_id, backed_disk).standalone)


@pytest.mark.capability("stream")
def test_a_disk_that_stands_alone_is_left_as_it_is(driver, spec, backed_disk):
    driver.begin_stream(spec.machine_id, backed_disk)
    assert _eventually(lambda: driver.stream_state(spec.machine_id, backed_disk).standalone)
    driver.begin_stream(spec.machine_id, backed_disk)
    assert driver.stream_state(spec.machine_id, backed_disk).standalone


@pytest.mark.capability("stream")
def test_copying_of_a_machine_the_host_does_not_know_is_not_found(driver):
    for verb in (driver.stream_state, driver.begin_stream, driver.abort_stream):
        with pytest.raises(MachineNotFound):
            verb(uuid4(), "/disk.qcow2")


@pytest.mark.capability("media")
def test_a_cd_is_put_into_a_running_machine_and_taken_out_again(driver, running_with_drives, images):
    for _time in range(2):
        driver.insert_medium(running_with_drives, images[0], DiskFormat.RAW)
    driver.insert_medium(running_with_drives, images[1], DiskFormat.RAW)
    assert sorted(driver.media(running_with_drives)) == images[:2]
    for _time in range(2):
        driver.eject_medium(running_with_drives, images[0])
    assert driver.media(running_with_drives) == [images[1]]
    assert driver.machine(running_with_drives).power_state is PowerState.ON


@pytest.mark.capability("media")
def test_what_was_put_in_while_a_machine_ran_is_there_at_its_next_start(driver, running_with_drives, images):
    driver.insert_medium(running_with_drives, images[0], DiskFormat.RAW)
    driver.insert_medium(running_with_drives, images[1], DiskFormat.RAW)
    driver.eject_medium(running_with_drives, images[1])
    driver.power_off(running_with_drives)
    assert driver.media(running_with_drives) == [images[0]]
    driver.start(running_with_drives)
    assert driver.media(running_with_drives) == [images[0]]
    driver.power_off(running_with_drives)
    driver.eject_medium(running_with_drives, images[0])
    assert driver.media(running_with_drives) == []


@pytest.mark.capability("media")
def test_a_cd_finds_no_drive_where_all_hold_something(driver, running_with_drives, images):
    for image in images[:2]:
        driver.insert_medium(running_with_drives, image, DiskFormat.RAW)
    with pytest.raises(NoFreeDrive):
        driver.insert_medium(running_with_drives, images[2], DiskFormat.RAW)
    assert sorted(driver.media(running_with_drives)) == images[:2]


@pytest.mark.capability("media")
def test_a_cd_for_a_machine_the_host_does_not_know_is_refused(driver):
    with pytest.raises(MachineNotFound):
        driver.insert_medium(uuid4(), "/cd.raw", DiskFormat.RAW)
    with pytest.raises(MachineNotFound):
        driver.eject_medium(uuid4(), "/cd.raw")


def _states(changes, machine_id):
    states = [change.power_state for change in changes if change.machine_id == machine_id]
    return [state for index, state in enumerate(states) if index == 0 or states[index - 1] is not state]


def _eventually(condition, within_seconds=WITHIN_SECONDS):
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
