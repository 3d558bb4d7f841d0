"""Machines made of templates in foreign formats: they run at once, and their disks are copied behind them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import TemplateDisk
from catalogue.services import delete_template_files
from catalogue.uses import uses_of
from compute.models import Disk, VirtualMachine
from compute.services import deploy, perform, resume_streams, stream_disk
from compute.states import MachineState
from contracts.base import Failed, Progressed, Succeeded
from core.errors import Conflict, NotFound, OperationInProgress, PermissionRefused
from events.models import Event
from operations import engine
from operations.models import Operation, OperationStatus
from tests.api_user import ApiUser, machine_path
from tests.browsing import browser_of
from tests.world import MIB

STREAM = "virtual_machine.stream_disk"


@pytest.fixture
def vmdk(world):
    """The world's template is a VMDK from now on."""
    return template_in(world, "vmdk")


def template_in(world, disk_format):
    world.template.disks.update(format=disk_format, path=f"tiny.{disk_format}")
    return world.template


def deployed(world, datacenter):
    machine = world.machine
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    return fresh(machine)


def deployed_but_not_copied(world, datacenter):
    """Deployed, its copy command taken and not answered yet."""
    datacenter.answers["stream_disk"] = lambda command: None
    machine = deployed(world, datacenter)
    del datacenter.answers["stream_disk"]
    return machine, datacenter.received[-1]


def fresh(machine):
    return VirtualMachine.objects.with_locked().select_related("host").get(pk=machine.pk)


def disk_of(machine) -> Disk:
    return machine.disks.get()


def streams():
    return Operation.objects.filter(kind=STREAM).order_by("created_at")


def told(datacenter, command, outcome):
    datacenter.answer(command, outcome)
    datacenter.work()


def test_a_machine_of_a_foreign_format_is_on_while_its_disk_is_still_copied(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)

    assert (machine.state, machine.locked) == (MachineState.ON, False)
    assert disk_of(machine).backed
    assert command.path.endswith(f"{disk_of(machine).uuid}.qcow2")

    told(datacenter, command, Succeeded(output={"standalone": True}))

    assert not disk_of(machine).backed
    assert streams().get().status == OperationStatus.SUCCEEDED
    assert Event.objects.filter(kind="virtual_machine.disk_copied", subject_id=machine.id).exists()


@pytest.mark.parametrize(
    ("disk_format", "copied", "clone"),
    [
        ("qcow2", False, False),
        ("raw", True, False),
        ("vmdk", True, False),
        ("vdi", True, False),
        ("vpc", True, False),
        ("vhdx", False, True),
    ],
)
def test_a_disk_is_made_as_its_templates_format_allows(world, datacenter, disk_format, copied, clone):
    template_in(world, disk_format)

    machine = deployed(world, datacenter)

    (order,) = next(each for each in datacenter.received if "provision" in each.type).disks
    assert (order.source_format, order.clone) == (disk_format, clone)
    assert streams().exists() == copied
    assert disk_of(machine).backed == (disk_format == "qcow2")


def test_a_machine_that_shall_have_whole_disks_never_reads_from_its_template(world, datacenter, vmdk):
    machine = world.new_machine("whole", full_clone=True)
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    (order,) = next(each for each in datacenter.received if "provision" in each.type).disks
    assert (order.source_format, order.clone) == ("vmdk", True)
    assert (disk_of(machine).backed, streams().exists()) == (False, False)


def test_whole_disks_are_chosen_by_rest_until_the_machine_is_deployed(world, datacenter):
    anna, machine = ApiUser(world.admin.nick), world.machine
    path = machine_path(machine)
    assert anna.get(path).json()["fullClone"] is False
    assert anna.put(path, {"fullClone": True}).status_code == 204
    assert anna.get(path).json()["fullClone"] is True
    deployed(world, datacenter)
    assert anna.put(path, anna.get(path).json() | {"fullClone": False}).status_code == 204
    assert anna.get(path).json()["fullClone"] is True


def test_a_machine_of_two_disks_has_both_made_copied_and_removed(world, datacenter, vmdk):
    second = TemplateDisk.objects.create(
        template=vmdk,
        position=1,
        path="data.vmdk",
        format="vmdk",
        file_size_bytes=MIB,
        virtual_size_bytes=MIB,
    )
    Disk.objects.get_or_create(
        virtual_machine=world.machine, position=1, defaults={"template_disk": second, "size_mib": 1}
    )

    machine = deployed(world, datacenter)

    assert datacenter.disks == set(machine.disks.values_list("uuid", flat=True))
    assert len(datacenter.disks) == streams().count() == 2
    assert not machine.disks.filter(backed=True).exists()
    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    assert datacenter.empty


def test_how_far_a_copy_is_stands_in_its_operation(world, datacenter, vmdk):
    _machine, command = deployed_but_not_copied(world, datacenter)

    told(datacenter, command, Progressed(percent=42))

    assert streams().get().steps.get().progress_percent == 42


def test_power_actions_do_not_wait_for_the_copy(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)

    perform(actor=world.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()

    assert fresh(machine).state == MachineState.OFF
    assert streams().get().status == OperationStatus.RUNNING


def test_a_copy_cut_off_by_power_off_goes_on_when_the_machine_runs_again(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)
    perform(actor=world.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()
    told(datacenter, command, Succeeded(output={"standalone": False, "reason": "off"}))
    assert disk_of(machine).backed

    resume_streams()
    assert streams().count() == 1, "nothing is copied while it is off"
    perform(actor=world.user, machine_id=machine.id, action_name="power_on")
    datacenter.work()
    resume_streams()
    datacenter.work()

    assert [each.status for each in streams()] == [OperationStatus.SUCCEEDED] * 2
    assert not disk_of(machine).backed


def test_the_sweep_does_not_begin_what_runs_already(world, datacenter, vmdk):
    machine, _command = deployed_but_not_copied(world, datacenter)

    resume_streams()

    assert streams().count() == 1
    assert disk_of(machine).stream_due_at <= timezone.now() + timedelta(seconds=1)


def test_undeploying_ends_the_copy_and_lets_the_template_go(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)

    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    told(datacenter, command, Succeeded(output={"standalone": False, "reason": "gone"}))

    assert fresh(machine).state == MachineState.NOT_ALLOCATED
    assert streams().get().status == OperationStatus.CANCELLED
    disk = disk_of(machine)
    assert (disk.backed, disk.stream_due_at, disk.datastore) == (False, None, None)
    assert datacenter.empty


def test_a_late_end_of_a_copy_says_nothing_of_a_disk_made_anew(world, datacenter, vmdk):
    machine, late = deployed_but_not_copied(world, datacenter)
    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    world.template.disks.update(path="newer.vmdk")
    machine = deployed(world, datacenter)

    told(datacenter, late, Succeeded(output={"standalone": True}))

    assert disk_of(machine).backed
    resume_streams()
    datacenter.work()
    assert not disk_of(machine).backed


def test_a_datastore_that_fills_up_fails_the_copy_and_not_the_machine(world, datacenter, vmdk):
    datacenter.answers["stream_disk"] = Failed(code="datastore_full", detail="1.0 MiB free")
    machine = deployed(world, datacenter)

    assert machine.state == MachineState.ON
    failed = streams().get()
    assert (failed.status, failed.error["code"]) == (OperationStatus.FAILED, "datastore_full")
    assert disk_of(machine).backed
    resume_streams()
    assert streams().count() == 1, "it is not tried for ever"

    del datacenter.answers["stream_disk"]
    stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk_of(machine).id)
    datacenter.work()
    assert not disk_of(machine).backed


def test_a_copy_that_the_service_forgot_is_sent_again(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)
    streams().get().steps.update(lease_expires_at=timezone.now())

    engine.reconcile()
    datacenter.work()

    assert not disk_of(machine).backed
    assert [each.command_id for each in datacenter.received].count(command.command_id) == 2


def test_a_disk_on_a_qcow2_template_is_copied_on_demand(world, datacenter):
    machine = deployed(world, datacenter)
    assert not streams().exists()

    stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk_of(machine).id)
    datacenter.work()

    assert not disk_of(machine).backed
    with pytest.raises(Conflict, match="nothing to copy"):
        stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk_of(machine).id)


def test_copying_is_refused_twice_at_once_while_off_and_to_others(world, datacenter):
    machine = deployed(world, datacenter)
    disk = disk_of(machine)
    with pytest.raises(NotFound):
        stream_disk(actor=world.rival_admin, machine_id=machine.id, disk_id=disk.id)
    with pytest.raises(PermissionRefused):
        stream_disk(actor=world.viewer, machine_id=machine.id, disk_id=disk.id)
    with pytest.raises(NotFound):
        stream_disk(actor=world.user, machine_id=machine.id, disk_id=0)
    stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk.id)
    with pytest.raises(OperationInProgress):
        stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk.id)
    datacenter.answers["stream_disk"] = Succeeded(output={"standalone": False, "reason": "off"})
    datacenter.work()
    perform(actor=world.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()
    with pytest.raises(Conflict, match="does not run"):
        stream_disk(actor=world.user, machine_id=machine.id, disk_id=disk.id)


def test_a_template_is_in_use_until_no_disk_reads_from_it(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)
    (use,) = uses_of(world.template.id)
    assert (use.name, use.holds_file) == (machine.name, True)
    with pytest.raises(Conflict, match=machine.name):
        delete_template_files(actor=world.cloud_admin, template=world.template)

    told(datacenter, command, Succeeded(output={"standalone": True}))

    assert [each.holds_file for each in uses_of(world.template.id)] == [False]
    delete_template_files(actor=world.cloud_admin, template=world.template)
    datacenter.work()
    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    with pytest.raises(Conflict, match="can't be used"):
        deploy(actor=world.user, machine_id=machine.id)


def test_the_machines_page_shows_its_actions_and_the_copy(world, datacenter, vmdk):
    machine, command = deployed_but_not_copied(world, datacenter)
    told(datacenter, command, Progressed(percent=42))

    page = browser_of(world.user).get(f"/machines/{machine.id}/").content.decode()

    assert "Copy a disk off its template" in page
    assert "42" in page
