"""Disks of a template one at a time: with nothing on them, copied, removed."""

import pytest

from catalogue import services
from catalogue.models import Conversion, TemplateDisk, TemplateState
from compute.models import Disk
from compute.services import deploy
from contracts.base import Failed
from core.errors import Conflict, DomainError
from tenants.usage import Extent, held
from tests.catalogue.offers import disk
from tests.world import MIB


@pytest.fixture
def two_disks(world, offers):
    return services.register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="Two",
        disk=[disk("boot.qcow2"), disk("data.qcow2")],
    )  # fmt: skip


def made(world, template):
    world.__dict__["template"] = template
    return world.new_machine("web", actor=world.admin)


def add_empty(world, template, **fields) -> TemplateDisk:
    return services.add_empty_disk(actor=world.admin, template=template, size_mib=100, **fields)


def refusal(act) -> str:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


def test_machines_get_an_empty_disk_with_nothing_on_it(world, offers, datacenter):
    add_empty(world, offers.template, label="data", controller="SATA")
    machine = made(world, offers.template)
    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()

    order = next(each for each in datacenter.received if "provision_disk" in each.type)
    assert [each.source_path for each in order.disks] == [offers.template.disks.first().path, ""]
    assert [each.size_bytes for each in order.disks] == [40 * MIB, 100 * MIB]
    boot, data = Disk.objects.filter(virtual_machine=machine)
    assert (boot.backed, data.backed, data.controller) == (True, False, "SATA")
    assert held(Extent(world.acme.pk), {"repository_mib"}).repository_mib == 16


def test_a_machine_never_boots_from_nothing(world, two_disks):
    empty = add_empty(world, two_disks)
    assert refusal(lambda: add_empty(world, two_disks, position=0)) == "VIMAGE-47"
    move = lambda: services.update_template_disk(actor=world.admin, disk=empty, position=0)  # noqa: E731
    assert refusal(move) == "VIMAGE-48"
    assert empty.position == 2


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"size_mib": 0}, "DISK-5"),
        ({"size_mib": 2**40}, "DISK-5"),
        ({"size_mib": 1, "position": 101}, "DISK-4"),
        ({"size_mib": 1, "position": 0}, "VIMAGE-47"),
        ({"size_mib": 1, "controller": "MFM"}, "GEN-2"),
    ],
)
def test_an_impossible_disk_is_refused(world, offers, fields, code):
    act = lambda: services.add_empty_disk(actor=world.admin, template=offers.template, **fields)  # noqa: E731
    assert refusal(act) == code
    assert offers.template.disks.count() == 1


def test_there_is_nothing_to_convert_on_an_empty_disk(world, offers, datacenter):
    empty = add_empty(world, offers.template)
    assert (
        refusal(lambda: services.convert_disk(actor=world.admin, disk=empty, format="vmdk")) == "CONVERSION-8"
    )


def test_a_disk_is_copied_from_another_template(world, offers, two_disks, datacenter):
    source = offers.template.disks.get()
    services.copy_disk(actor=world.admin, template=two_disks, source=source, position=5, label="copy")
    assert two_disks.disks.get(position=5).state == TemplateState.IN_PROGRESS
    datacenter.work()

    copied = two_disks.disks.get(position=5)
    assert (copied.state, copied.label, copied.format) == (TemplateState.DONE, "copy", "qcow2")
    assert copied.path == datacenter.copies[copied.uuid][0] != source.path
    two_disks.refresh_from_db()
    assert two_disks.state == TemplateState.DONE


def test_a_copy_that_failed_leaves_the_template_as_it_was(world, offers, two_disks, datacenter):
    datacenter.answers["copy_template_files"] = Failed(code="repository_full", detail="full")
    source = offers.template.disks.get()
    services.copy_disk(actor=world.admin, template=two_disks, source=source)
    datacenter.work()

    two_disks.refresh_from_db()
    assert (two_disks.state, two_disks.disks.count()) == (TemplateState.DONE, 2)
    assert any("discard_copy" in each.type for each in datacenter.received)
    assert held(Extent(world.acme.pk), {"repository_mib"}).repository_mib == 48


def test_a_disk_goes_with_its_files_and_what_it_was_converted_to(world, two_disks, datacenter):
    data = two_disks.disks.get(position=1)
    services.convert_disk(actor=world.admin, disk=data, format="raw")
    assert refusal(lambda: services.delete_disk(actor=world.admin, disk=data)) == "VIMAGE-30"
    datacenter.work()
    converted = Conversion.objects.get().path

    services.delete_disk(actor=world.admin, disk=data)
    two_disks.refresh_from_db()
    assert refusal(lambda: made(world, two_disks)) == "VM-19"
    datacenter.work()

    removed = next(each for each in datacenter.received if "delete_template_files" in each.type)
    assert set(removed.paths) == {"data.qcow2", converted}
    two_disks.refresh_from_db()
    assert (two_disks.state, two_disks.disks.get().path) == (TemplateState.DONE, "boot.qcow2")


def test_a_disk_whose_files_could_not_be_removed_stays(world, two_disks, datacenter):
    datacenter.answers["delete_template_files"] = Failed(code="template_missing", detail="leads out")
    services.delete_disk(actor=world.admin, disk=two_disks.disks.get(position=1))
    datacenter.work()
    two_disks.refresh_from_db()
    assert (two_disks.state, two_disks.disks.count()) == (TemplateState.DONE, 2)


def test_the_last_disk_and_those_machines_have_stay(world, offers, two_disks, datacenter):
    def delete(template, position=0):
        return services.delete_disk(actor=world.admin, disk=template.disks.get(position=position))

    assert refusal(lambda: delete(offers.template)) == "VIMAGE-72"
    machine = made(world, two_disks)
    assert refusal(lambda: delete(two_disks, 1)) == "VIMAGE-10"
    assert machine.disks.count() == 2


def test_an_empty_disk_goes_at_once_and_the_only_one_with_contents_stays_first(world, offers):
    empty = add_empty(world, offers.template)
    boot = offers.template.disks.get(position=0)
    assert refusal(lambda: services.delete_disk(actor=world.admin, disk=boot)) == "VIMAGE-48"
    assert services.delete_disk(actor=world.admin, disk=empty) is None
    assert offers.template.disks.count() == 1


def test_only_the_file_of_a_disk_goes_while_machines_stay(world, two_disks, datacenter):
    data = two_disks.disks.get(position=1)
    delete = lambda: services.delete_disk_file(actor=world.admin, disk=data)  # noqa: E731
    assert refusal(delete) == "VIMAGE-34"
    machine = made(world, two_disks)
    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()
    assert refusal(delete) == "VIMAGE-10"
    machine.disks.update(backed=False)

    delete()
    datacenter.work()

    data.refresh_from_db()
    two_disks.refresh_from_db()
    assert (data.state, two_disks.state) == (TemplateState.UNAVAILABLE, TemplateState.UNAVAILABLE)
    assert machine.disks.count() == 2
    assert refusal(delete) == "VIMAGE-35"


def test_a_converted_file_that_disks_read_from_stays(world, offers, datacenter):
    offers.template.disks.update(format="vmdk", path="own.vmdk")
    services.convert_disk(actor=world.admin, disk=offers.template.disks.get(), format="qcow2")
    datacenter.work()
    deploy(actor=world.admin, machine_id=made(world, offers.template).pk)
    datacenter.work()
    conversion = Conversion.objects.get()
    assert (
        refusal(lambda: services.delete_conversion(actor=world.admin, conversion=conversion)) == "VIMAGE-10"
    )
    Disk.objects.update(backed=False)
    services.delete_conversion(actor=world.admin, conversion=conversion)
    datacenter.work()
    assert not Conversion.objects.exists()


def test_others_change_no_disk(world, two_disks):
    data = two_disks.disks.get(position=1)
    for act in (services.delete_disk, services.delete_disk_file):
        with pytest.raises(Conflict):
            act(actor=world.rival_admin, disk=data)
    with pytest.raises(Conflict):
        services.add_empty_disk(actor=world.rival_admin, template=two_disks, size_mib=1)
