"""Instances: disks of a machine that is off become a template that keeps to the machine's master."""

import pytest

from catalogue.models import Template, TemplateState
from catalogue.services import delete_template, delete_template_files
from catalogue.services.usage import repositories_held
from compute.models import Disk, VirtualMachine
from compute.services import WantedInstance, deploy, make_instance, perform, plan_instance
from compute.states import MachineState
from contracts.base import Failed, Progressed
from contracts.vocabulary import Service
from core.errors import Conflict, Invalid, LimitExceeded, NotFound, OperationInProgress, PermissionRefused
from events.models import Event
from operations.models import Operation, OperationStatus
from operations.services import cancel_operation
from tenants.usage import Extent
from tests.api_user import ApiUser, codes, link, machine_path
from tests.at_once import all_at_once

WANTED = WantedInstance("web, set up")
WORST_MIB = 43


@pytest.fixture
def machine(world, datacenter):
    """Deployed and switched off."""
    return switched_off(world, datacenter, world.machine)


def switched_off(world, datacenter, machine):
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    perform(actor=world.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()
    return fresh(machine)


def fresh(machine):
    return VirtualMachine.objects.with_locked().get(pk=machine.pk)


def make(world, machine, wanted=WANTED, **options):
    return make_instance(actor=world.user, machine_id=machine.id, wanted=wanted, **options)


def held_mib(world) -> int:
    return repositories_held(Extent(world.acme.pk)).repository_mib


def limit(world, mib: int) -> None:
    world.acme.repository_mib_soft = world.acme.repository_mib_hard = mib
    world.acme.save()


def second_disk_of(machine) -> Disk:
    return Disk.objects.create(
        virtual_machine=machine, position=1, size_mib=10, datastore=machine.disks.get(position=0).datastore
    )


def test_an_instance_is_a_template_like_its_master_with_the_size_of_its_machine(world, datacenter, machine):
    world.template.os_type, world.template.login_user = "DEBIAN_64", "debian"
    world.template.save()

    operation = make(world, machine, WantedInstance("web, set up", "as of today"))

    (template,) = Template.objects.filter(master=world.template)
    assert template.state == TemplateState.IN_PROGRESS
    assert fresh(machine).locked
    datacenter.work()
    template.refresh_from_db()
    disk = template.disks.get()
    assert (template.name, template.description, template.state) == ("web, set up", "as of today", "DONE")
    assert (template.os_type, template.login_user) == ("DEBIAN_64", "debian")
    assert (template.vcpus, template.memory_mib) == (machine.vcpus, machine.memory_mib)
    assert (template.enterprise, template.creator_name) == (world.acme, str(world.user))
    assert [disk.path] == datacenter.copies[template.uuid]
    assert (disk.format, disk.sha256, disk.state) == ("qcow2", "ab" * 32, "DONE")
    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    assert (fresh(machine).state, fresh(machine).locked) == (MachineState.OFF, False)
    assert Event.objects.filter(kind="virtual_machine.instance_made", subject_id=machine.id).exists()


def test_while_it_is_made_an_instance_counts_the_most_it_may_take_and_then_what_it_took(
    world, datacenter, machine
):
    make(world, machine)
    assert held_mib(world) == WORST_MIB
    datacenter.work()
    assert held_mib(world) == 3


def test_of_two_instances_at_once_one_is_refused_where_only_one_fits(world, datacenter, machine):
    other = switched_off(world, datacenter, world.new_machine("other"))
    limit(world, 2 * WORST_MIB - 1)
    assert plan_instance(machine).room_mib == WORST_MIB

    outcomes = all_at_once([lambda each=each: make(world, each) for each in (machine, other)])

    assert outcomes == {"done": 1, "LIMITS_EXCEEDED": 1}
    datacenter.work()
    assert held_mib(world) == 3
    make(world, next(each for each in (machine, other) if not fresh(each).locked))


def test_what_passes_the_limit_is_refused_with_nothing_begun(world, datacenter, machine):
    limit(world, WORST_MIB - 1)
    with pytest.raises(LimitExceeded):
        make(world, machine)
    assert not fresh(machine).locked
    assert not Template.objects.filter(master=world.template).exists()


@pytest.mark.parametrize("code", ["repository_full", "disk_missing", "ownership_mismatch", "checksum"])
def test_a_copy_that_fails_leaves_neither_template_nor_files(world, datacenter, machine, code):
    datacenter.answers["capture_disks"] = Failed(code=code, detail="…")

    operation = make(world, machine)
    datacenter.work()

    operation.refresh_from_db()
    assert (operation.status, operation.error["code"]) == (OperationStatus.FAILED, code)
    assert not Template.objects.filter(master=world.template).exists()
    assert (datacenter.copies, held_mib(world)) == ({}, 0)
    assert (fresh(machine).state, fresh(machine).locked) == (MachineState.OFF, False)


def test_cancelling_tells_who_copies_and_forgets_the_template(world, datacenter, machine):
    operation = make(world, machine)
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    datacenter.answer(command, Progressed(percent=40))

    cancel_operation(actor=world.user, operation_id=operation.id)
    (told,) = datacenter.take(Service.APPLIANCE)
    assert (told.type, told.copy_id) == ("appliance.cancel_copy.v1", command.copy_id)
    datacenter.answer(command, Failed(code="cancelled", detail="It was cancelled."))
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.CANCELLED
    assert not Template.objects.filter(master=world.template).exists()
    assert [each.type for each in datacenter.received][-1] == "appliance.discard_copy.v1"
    assert not fresh(machine).locked


def test_cancelled_too_late_the_finished_files_are_removed_again(world, datacenter, machine):
    operation = make(world, machine)
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    cancel_operation(actor=world.user, operation_id=operation.id)
    datacenter.answer(command)
    datacenter.work()
    operation.refresh_from_db()
    assert (operation.status, datacenter.copies) == (OperationStatus.CANCELLED, {})


def test_nothing_else_happens_to_the_machine_while_it_is_copied(world, datacenter, machine):
    make(world, machine)
    for action in ("undeploy", "power_on"):
        with pytest.raises(OperationInProgress):
            perform(actor=world.user, machine_id=machine.id, action_name=action)
    with pytest.raises(OperationInProgress):
        make(world, machine)


def test_instances_are_made_of_machines_that_are_off_by_who_may(world, datacenter, machine):
    assert_refused(world, world.viewer, machine, PermissionRefused)
    assert_refused(world, world.rival_admin, machine, NotFound)
    perform(actor=world.user, machine_id=machine.id, action_name="power_on")
    datacenter.work()
    assert_refused(world, world.user, machine, Conflict)
    assert_refused(world, world.user, world.new_machine("never deployed"), Conflict)


def assert_refused(world, actor, machine, error):
    with pytest.raises(error):
        make_instance(actor=actor, machine_id=machine.id, wanted=WANTED)
    assert not Template.objects.filter(master=world.template).exists()


def test_only_disks_of_the_machine_are_chosen_and_at_least_one(world, datacenter, machine):
    second = second_disk_of(machine)
    others = world.rival_machine().disks.get()
    for disks, error in (([others.pk], NotFound), ([], Invalid)):
        with pytest.raises(error):
            make(world, machine, WantedInstance("web", disks=disks))
    with pytest.raises(Invalid):
        make(world, machine, WantedInstance("   "))

    make(world, machine, WantedInstance("data only", disks=[second.pk]))

    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    assert [disk.disk_id for disk in command.disks] == [second.uuid]


def test_an_instance_of_an_instance_keeps_to_the_same_master_which_stays(world, datacenter, machine):
    make(world, machine)
    datacenter.work()
    first = Template.objects.get(master=world.template)
    world.template, master = first, world.template
    second_machine = switched_off(world, datacenter, world.new_machine("second"))

    make(world, second_machine, WantedInstance("once more"))
    datacenter.work()

    assert set(master.instances.values_list("name", flat=True)) == {"web, set up", "once more"}
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.cloud_admin, template=master)
    assert refused.value.code == "VIMAGE-7"


def test_of_a_master_without_files_instances_are_still_made_and_stay(world, datacenter, machine):
    make(world, machine)
    datacenter.work()
    Disk.objects.update(backed=False)
    delete_template_files(actor=world.cloud_admin, template=world.template)
    datacenter.work()

    make(world, machine, WantedInstance("after all"))
    datacenter.work()

    names = set(Template.objects.filter(master=world.template, state="DONE").values_list("name", flat=True))
    assert names == {"web, set up", "after all"}


def test_a_template_that_is_being_made_is_not_deleted(world, datacenter, machine):
    make(world, machine)
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.admin, template=Template.objects.get(master=world.template))
    assert refused.value.code == "VIMAGE-31"


def test_instances_are_asked_for_by_rest_and_the_task_leads_to_the_template(world, datacenter, machine):
    anna, address = ApiUser("anna"), f"{machine_path(machine)}/action/instance"
    assert world.admin
    shown = anna.get(machine_path(machine))
    assert link(shown, "instance").endswith("/action/instance")

    asked = {"instanceName": "by REST", "links": [{"rel": "disk0", "href": link(shown, "disk0")}]}
    answer = anna.post(address, asked, Idempotency_Key="once")
    assert answer.status_code == 202, answer.content
    datacenter.work()
    assert anna.post(address, asked, Idempotency_Key="once").json() == answer.json()

    task = anna.get(link(answer, "status"))
    assert (task.json()["type"], task.json()["state"]) == ("INSTANCE", "FINISHED_SUCCESSFULLY")
    assert [job["type"] for job in task.json()["jobs"]["collection"]] == ["COPY_DISK"]
    made = anna.get(link(task, "result")).json()
    assert (made["name"], made["state"]) == ("by REST", "DONE")
    assert anna.get(link(made, "tasks")).status_code == 200
    instances = f"{master_path(world)}/action/instances"
    assert [each["name"] for each in anna.get(instances).json()["collection"]] == ["by REST"]


def master_path(world) -> str:
    place = f"/api/admin/enterprises/{world.provider.pk}/datacenterrepositories/{world.datacenter.pk}"
    return f"{place}/virtualmachinetemplates/{world.template.pk}"


def test_rest_refuses_disks_of_others_and_requests_without_a_name(world, datacenter, machine):
    anna, address = ApiUser("anna"), f"{machine_path(machine)}/action/instance"
    theirs = world.rival_machine()
    foreign = f"{machine_path(theirs)}/storage/disks/{theirs.disks.get().pk}"
    renamed = f"{machine_path(machine)}/storage/disks/{theirs.disks.get().pk}"
    assert world.admin
    for href in (foreign, renamed):
        answer = anna.post(address, {"instanceName": "x", "links": [{"rel": "disk0", "href": href}]})
        assert (answer.status_code, codes(answer)) == (404, ["HD-0"])
    assert anna.post(address, {}).status_code == 400
    assert anna.post(f"{machine_path(theirs)}/action/instance", {"instanceName": "x"}).status_code == 404
    assert not Operation.objects.filter(kind="virtual_machine.instance").exists()
