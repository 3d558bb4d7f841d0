"""Disks of templates in further formats: asked for, done, failed, tried again, and made by themselves."""

import pytest

from catalogue.formats import NATIVE, SourceFile, needed_conversions, source_for
from catalogue.models import Conversion, ConversionState, TemplateDisk
from catalogue.services import (
    convert_disk,
    delete_template,
    register_template,
    retry_conversion,
)
from compute.services import deploy
from contracts.base import Failed
from contracts.vocabulary import DiskFormat, HypervisorType, Service
from core.errors import Conflict, Invalid, PermissionRefused
from infrastructure.models import Host
from operations.models import Operation, OperationStatus
from operations.services import cancel_operation
from tests.browsing import browser_of
from tests.world import MIB

KVM = HypervisorType.KVM


def disk_of(template) -> TemplateDisk:
    return template.disks.get()


def own_template(world, disk_format="vmdk", path="acme/own.image"):
    world.host  # noqa: B018  a datacenter with a host
    return register_template(
        actor=world.admin,
        enterprise=world.acme,
        datacenter=world.datacenter,
        name="Own",
        disk={"path": path, "format": disk_format, "file_size_bytes": MIB, "virtual_size_bytes": 4 * MIB},
    )


def asked(world, template, wanted="qcow2"):
    return convert_disk(actor=world.admin, disk=disk_of(template), format=wanted)


def test_a_converted_disk_lies_beside_its_own_under_a_name_nobody_chose(world, datacenter):
    template = own_template(world)

    operation = asked(world, template)
    datacenter.work()

    conversion = Conversion.objects.get()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    assert (conversion.state, conversion.file_size_bytes) == (ConversionState.FINISHED, 1024)
    assert conversion.path == f"acme/{conversion.uuid}.qcow2"
    assert datacenter.conversions == {conversion.path}


def test_a_machine_is_made_of_the_file_in_its_hypervisors_own_format(world, datacenter):
    world.template.disks.update(format="vmdk", path="tiny.vmdk")
    convert_disk(actor=world.cloud_admin, disk=disk_of(world.template), format="qcow2")
    machine = world.machine
    datacenter.work()

    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    disk = machine.disks.get()
    assert (disk.source_path, disk.source_format) == (Conversion.objects.get().path, "qcow2")
    assert not Operation.objects.filter(kind="virtual_machine.stream_disk").exists()


def test_what_the_datacenters_hypervisors_need_is_converted_by_itself(world, datacenter):
    template = own_template(world, "vhdx")
    datacenter.work()

    assert list(disk_of(template).conversions.values_list("format", "state")) == [("qcow2", "FINISHED")]


def test_what_they_can_read_is_not(world, datacenter):
    for number, disk_format in enumerate(("raw", "qcow2", "vmdk", "vdi", "vpc")):
        own_template(world, disk_format, f"acme/{number}.image")

    assert not Conversion.objects.exists()


def test_a_failed_conversion_is_tried_again_and_only_a_failed_one(world, datacenter):
    template = own_template(world)
    datacenter.answers["convert_disk"] = Failed(code="datastore_full", detail="no room")
    asked(world, template)
    datacenter.work()
    conversion = Conversion.objects.get()
    assert (conversion.state, conversion.error_code) == (ConversionState.FAILED, "datastore_full")

    del datacenter.answers["convert_disk"]
    retry_conversion(actor=world.admin, conversion=conversion)
    with pytest.raises(Conflict, match="Only a conversion that failed"):
        retry_conversion(actor=world.admin, conversion=conversion)
    datacenter.work()
    conversion.refresh_from_db()
    assert (conversion.state, conversion.error_code) == (ConversionState.FINISHED, "")
    with pytest.raises(Conflict, match="Only a conversion that failed"):
        retry_conversion(actor=world.admin, conversion=conversion)


def test_a_cancelled_conversion_is_told_to_stop_and_can_be_tried_again(world, datacenter):
    operation = asked(world, own_template(world))
    (command,) = datacenter.take(Service.CONVERSION)

    cancel_operation(actor=world.admin, operation_id=operation.id)
    told = datacenter.take(Service.CONVERSION)
    assert [(each.type, each.conversion_id) for each in told] == [
        ("conversion.cancel_conversion.v1", command.conversion_id)
    ]
    datacenter.answer(command, Failed(code="cancelled", detail="It was cancelled."))
    datacenter.work()

    operation.refresh_from_db()
    conversion = Conversion.objects.get()
    assert (operation.status, operation.error) == (OperationStatus.CANCELLED, None)
    assert (conversion.state, conversion.error_code) == (ConversionState.FAILED, "cancelled")
    assert not datacenter.conversions


def test_of_many_conversions_only_a_few_are_out_at_a_time(world, datacenter):
    template = own_template(world)
    for wanted in ("qcow2", "raw", "vdi", "vpc"):
        asked(world, template, wanted)

    assert len(datacenter.take(Service.CONVERSION)) == 2


@pytest.mark.parametrize(
    ("wanted", "error", "code"), [("zip", Invalid, "CONVERSION-0"), ("vmdk", Invalid, "CONVERSION-3")]
)
def test_what_cannot_be_converted_is_refused(world, datacenter, wanted, error, code):
    with pytest.raises(error) as refused:
        asked(world, own_template(world), wanted)
    assert refused.value.code == code


def test_a_conversion_that_is_there_or_under_way_is_not_begun_again(world, datacenter):
    template = own_template(world)
    asked(world, template)
    for _again in range(2):
        with pytest.raises(Conflict) as refused:
            asked(world, template)
        assert refused.value.code == "CONVERSION-2"
        datacenter.work()


def test_only_who_may_change_the_template_converts_it(world, datacenter):
    template = own_template(world)
    with pytest.raises(PermissionRefused):
        convert_disk(actor=world.viewer, disk=disk_of(template), format="qcow2")
    with pytest.raises(Conflict, match="shared with you"):
        convert_disk(actor=world.admin, disk=disk_of(world.template), format="raw")
    with pytest.raises(Conflict, match="shared with you"):
        convert_disk(actor=world.rival_admin, disk=disk_of(template), format="raw")


def test_a_template_is_not_deleted_while_it_is_converted_and_takes_its_conversions_with_it(world, datacenter):
    template = own_template(world)
    asked(world, template)
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.admin, template=template)
    assert refused.value.code == "VIMAGE-30"
    datacenter.work()
    conversion = Conversion.objects.get()

    delete_template(actor=world.admin, template=template)
    datacenter.work()

    removed = next(each for each in datacenter.received if "delete_template_files" in each.type)
    assert set(removed.paths) == {"acme/own.image", conversion.path}
    assert not Conversion.objects.exists()


def test_every_hypervisor_is_given_what_it_takes():
    for own in DiskFormat:
        for hypervisor_type in HypervisorType:
            needed = needed_conversions(own, [hypervisor_type])
            assert needed <= {NATIVE[hypervisor_type]}
            assert own not in needed
    assert needed_conversions(DiskFormat.QCOW2, HypervisorType) == set(NATIVE.values()) - {DiskFormat.QCOW2}


def test_the_file_a_disk_is_made_of_is_the_best_there_is():
    vmdk, vhdx, qcow2 = (SourceFile(each, DiskFormat(each)) for each in ("vmdk", "vhdx", "qcow2"))
    assert source_for(KVM, vmdk).file == vmdk
    assert source_for(KVM, vmdk).streams and not source_for(KVM, qcow2).streams
    assert source_for(KVM, vmdk, [qcow2]).file == qcow2
    assert source_for(KVM, vhdx, [vmdk]).file == vmdk
    assert source_for(KVM, vhdx).clone and not source_for(KVM, vhdx).streams
    assert not source_for(KVM, vhdx, [qcow2]).clone


def test_a_host_of_another_kind_needs_another_format(world, datacenter):
    world.host  # noqa: B018
    Host.objects.update(hypervisor_type="VMX_04")
    template = own_template(world, "qcow2")
    assert list(disk_of(template).conversions.values_list("format", flat=True)) == ["vmdk"]


def test_the_templates_page_shows_formats_and_converts(world, datacenter):
    template = own_template(world)
    browser = browser_of(world.admin)
    page = f"/catalogue/{template.id}/formats/"
    assert "not made" in browser.get(page).content.decode()

    answer = browser.post(
        f"/catalogue/{template.id}/disks/{disk_of(template).id}/convert/", {"format": "raw"}
    )
    assert answer.status_code == 302
    assert "<progress" in browser.get(page, headers={"HX-Target": "template-formats"}).content.decode()
    datacenter.work()

    assert "<progress" not in browser.get(page).content.decode()
    refused = browser.post(
        f"/catalogue/{template.id}/disks/{disk_of(template).id}/convert/", {"format": "raw"}
    )
    assert (refused.status_code, "CONVERSION-2" in refused.content.decode()) == (409, True)
