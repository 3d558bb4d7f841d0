"""Deleting templates and their files: only what nothing holds, and with the file in the datacenter."""

import pytest
from django.utils import timezone

from catalogue import services
from catalogue.models import Template, TemplateDisk
from catalogue.services.usage import templates_held
from compute.models import VirtualMachine
from compute.services import deploy, perform
from contracts.base import Failed
from core.errors import Conflict, PermissionRefused
from operations.models import Operation
from tenants.limits import Amounts
from tenants.usage import Extent
from tests.api_user import ApiUser


def refusal(act, **arguments) -> Conflict:
    with pytest.raises(Conflict) as refused:
        act(**arguments)
    return refused.value


def deleted_paths(datacenter) -> list[str]:
    return [path for each in datacenter.received if "template_files" in each.type for path in each.paths]


def test_a_template_goes_with_its_file(world, offers, datacenter):
    operation = services.delete_template(actor=world.admin, template=offers.template)
    offers.template.refresh_from_db()
    assert offers.template.state == "UNAVAILABLE"

    datacenter.work()

    assert deleted_paths(datacenter) == ["Debian.qcow2"]
    assert not Template.objects.filter(pk=offers.template.pk).exists()
    assert Operation.objects.get(pk=operation.pk).status == "succeeded"


def test_a_file_that_can_not_be_deleted_leaves_the_template_as_it_was(world, offers, datacenter):
    datacenter.answers["delete_template_files"] = Failed(
        code="internal_error", detail="read-only file system", retryable=False
    )

    operation = services.delete_template(actor=world.admin, template=offers.template)
    datacenter.work()

    offers.template.refresh_from_db()
    assert offers.template.state == "DONE"
    assert Operation.objects.get(pk=operation.pk).status == "failed"


def test_users_delete_no_templates(world, offers):
    with pytest.raises(PermissionRefused):
        services.delete_template(actor=world.user, template=offers.template)


def test_whom_it_is_shared_with_can_not_delete_it(world, offers):
    shared = offers.own_template("shared", shared=True)

    assert refusal(services.delete_template, actor=world.rival_admin, template=shared).code == "VIMAGE-9"


def test_a_template_in_use_says_by_which_machines(world, offers):
    offers.machine_of(world.admin, offers.template, "web-1")

    error = refusal(services.delete_template, actor=world.admin, template=offers.template)

    assert error.code == "VIMAGE-10"
    assert "web-1" in error.message
    assert error.reasons[0].numbers == {"machines": 1, "names": ["web-1"]}


def test_of_machines_of_others_only_their_number_is_told(world, offers):
    shared = offers.own_template("shared", shared=True)
    offers.machine_of(world.rival_admin, shared, "secret of Rival")

    error = refusal(services.delete_template, actor=world.admin, template=shared)

    assert "1 machine" in error.message
    assert "secret" not in str(error.reasons)


def test_many_machines_are_told_by_a_few_names_and_a_number(world, offers):
    first = offers.machine_of(world.admin, offers.template, "m-0")
    for number in range(1, 8):
        world.new_machine(f"m-{number}", actor=world.admin, appliance=first.virtual_appliance)

    error = refusal(services.delete_template, actor=world.admin, template=offers.template)

    assert "m-0, m-1, m-2, m-3, m-4 and 3 more" in error.message


def test_a_master_with_instances_stays(world, offers):
    offers.own_template("copy", master=offers.template)

    error = refusal(services.delete_template, actor=world.admin, template=offers.template)

    assert error.code == "VIMAGE-7"
    assert "copy" in error.message


def test_the_file_alone_goes_and_the_instances_stay(world, offers, datacenter):
    copy = offers.own_template("copy", master=offers.template)

    services.delete_template_files(actor=world.admin, template=offers.template)
    datacenter.work()

    offers.template.refresh_from_db()
    assert offers.template.state == "UNAVAILABLE"
    assert offers.template.disks.get().state == "UNAVAILABLE"
    assert deleted_paths(datacenter) == ["Debian.qcow2"]
    assert Template.objects.get(pk=copy.pk).state == "DONE"


def test_a_file_that_is_gone_counts_no_more(world, offers, datacenter):
    extent = Extent(enterprise_id=world.acme.pk)
    offers.own_template("copy", master=offers.template)
    assert templates_held(extent) == Amounts(repository_mib=32)

    services.delete_template_files(actor=world.admin, template=offers.template)
    datacenter.work()

    assert templates_held(extent) == Amounts(repository_mib=16)


def test_the_file_alone_is_not_deleted_where_the_whole_template_can_be(world, offers):
    error = refusal(services.delete_template_files, actor=world.admin, template=offers.template)

    assert error.code == "VIMAGE-34"


def test_a_file_that_a_running_machine_reads_stays(world, offers, datacenter):
    machine = offers.machine_of(world.admin, offers.template, "web-1")
    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()

    error = refusal(services.delete_template_files, actor=world.admin, template=offers.template)

    assert error.code == "VIMAGE-10"
    assert "web-1" in error.message


def test_force_deletes_the_whole_template_or_what_nobody_reads_of_it(world, offers, datacenter):
    used = offers.own_template("used")
    machine = offers.machine_of(world.admin, used, "web-1")
    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()
    error = refusal(services.delete_template, actor=world.admin, template=used, force=True)
    assert error.code == "VIMAGE-10"
    perform(actor=world.admin, machine_id=machine.pk, action_name="undeploy")
    datacenter.work()

    home = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{world.datacenter.pk}"
    for template in (used, offers.template):
        path = f"{home}/virtualmachinetemplates/{template.pk}?force=true"
        assert ApiUser(world.admin.nick).delete(path).status_code == 204
        datacenter.work()

    assert not Template.objects.filter(pk=offers.template.pk).exists()
    assert Template.objects.get(pk=used.pk).state == "UNAVAILABLE"
    assert VirtualMachine.objects.get(pk=machine.pk).template == used


def test_a_file_goes_from_under_machines_that_were_never_deployed(world, offers, datacenter):
    offers.machine_of(world.admin, offers.template)

    services.delete_template_files(actor=world.admin, template=offers.template)
    datacenter.work()

    assert TemplateDisk.objects.get(template=offers.template).state == "UNAVAILABLE"
    again = refusal(services.delete_template_files, actor=world.admin, template=offers.template)
    assert again.code == "VIMAGE-35"


def test_a_template_without_its_file_is_deleted_without_asking_the_datacenter(world, offers, datacenter):
    copy = offers.own_template("copy", master=offers.template)
    services.delete_template_files(actor=world.admin, template=offers.template)
    datacenter.work()
    services.delete_template(actor=world.admin, template=copy)
    datacenter.work()
    datacenter.received.clear()

    services.delete_template(actor=world.admin, template=offers.template)

    assert datacenter.take("appliance") == []
    assert not Template.objects.filter(pk=offers.template.pk).exists()


def test_a_template_whose_file_is_registered_again_can_be_used_again(world, offers, datacenter):
    offers.own_template("copy", master=offers.template)
    services.delete_template_files(actor=world.admin, template=offers.template)
    datacenter.work()

    again = offers.own_template("Debian")

    assert again == offers.template
    assert (again.state, again.disks.get().state) == ("DONE", "DONE")


def test_what_the_disk_was_converted_to_goes_with_it(world, offers, datacenter):
    converted = {"format": "vmdk", "path": "Debian.vmdk", "began_at": timezone.now()}
    conversion = offers.template.disks.get().conversions.create(**converted)
    error = refusal(services.delete_template, actor=world.admin, template=offers.template)
    assert error.code == "VIMAGE-30"

    conversion.state = "FINISHED"
    conversion.save()
    services.delete_template(actor=world.admin, template=offers.template)
    datacenter.work()

    assert deleted_paths(datacenter) == ["Debian.qcow2", "Debian.vmdk"]


def test_a_machine_made_in_the_very_moment_keeps_the_row(world, offers, datacenter):
    services.delete_template(actor=world.admin, template=offers.template)
    machine = offers.machine_of(world.rival_admin, offers.own_template("other", world.rival))
    VirtualMachine.objects.filter(pk=machine.pk).update(template=offers.template)

    datacenter.work()

    offers.template.refresh_from_db()
    assert offers.template.state == "UNAVAILABLE"


def test_nothing_is_made_of_a_template_that_is_going(world, offers):
    services.delete_template(actor=world.admin, template=offers.template)
    offers.template.refresh_from_db()

    assert refusal(offers.machine_of, user=world.admin, template=offers.template).code == "VM-19"
