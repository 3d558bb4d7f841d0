"""ISO images in machines that exist: inserted and ejected while these run, are off or not deployed."""

import pytest

from catalogue.addresses import template_path
from catalogue.services import delete_template, register_template
from compute.models import DiskKind, VirtualMachine
from compute.services import deploy, eject_cdrom, insert_cdrom, perform
from compute.states import MachineState
from contracts.base import Failed
from core.errors import Conflict, NotFound, PermissionRefused
from operations.failures import failure_of
from operations.models import OperationStatus
from tests.api_user import SERVER, ApiUser, codes, link, machine_path
from tests.browsing import browser_of
from tests.world import MIB


@pytest.fixture
def image(world, datacenter):
    """A CD with tools, shared with everybody."""
    disk = {"path": "tools.raw", "format": "raw", "file_size_bytes": MIB, "virtual_size_bytes": MIB}
    template = register_template(
        actor=None, enterprise=world.provider, datacenter=world.datacenter, name="Tools", shared=True,
        disk=disk | {"optical": True},
    )  # fmt: skip
    return template.disks.get()


def cdroms(datacenter) -> list[str]:
    """What was last defined into drives."""
    defined = [each for each in datacenter.received if each.type == "virtualization.define_machine.v1"]
    return [cdrom.path for cdrom in defined[-1].spec.cdroms if cdrom.path]


def test_a_cd_is_inserted_into_a_machine_that_is_off_and_ejected_again(world, datacenter, image, machine):
    operation = insert_cdrom(actor=world.cloud_admin, machine_id=machine.id, image_id=image.id)
    datacenter.work()

    operation.refresh_from_db()
    disk = machine.disks.get(kind=DiskKind.CDROM)
    assert operation.status == OperationStatus.SUCCEEDED
    assert cdroms(datacenter) == [f"/nowhere/{disk.uuid}.qcow2"]
    assert disk.uuid in datacenter.disks

    eject_cdrom(actor=world.cloud_admin, machine_id=machine.id, disk_id=disk.id)
    datacenter.work()

    assert cdroms(datacenter) == []
    assert len(datacenter.disks) == machine.disks.count() == 1
    assert VirtualMachine.objects.get(pk=machine.pk).state == MachineState.OFF


@pytest.mark.parametrize("step", ["provision_disk", "define_machine"])
def test_a_cd_that_could_not_be_inserted_leaves_the_machine_as_it_was(
    world, datacenter, image, machine, step
):
    datacenter.answers[step] = Failed(code="datastore_full", detail="0 bytes are free")

    operation = insert_cdrom(actor=world.cloud_admin, machine_id=machine.id, image_id=image.id)
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert not machine.disks.filter(kind=DiskKind.CDROM).exists()
    assert len(datacenter.disks) == 1


def test_a_cd_that_could_not_be_ejected_stays(world, datacenter, image, machine):
    insert_cdrom(actor=world.cloud_admin, machine_id=machine.id, image_id=image.id)
    datacenter.work()
    disk = machine.disks.get(kind=DiskKind.CDROM)
    datacenter.answers["define_machine"] = Failed(code="hypervisor_refused", detail="no")

    eject_cdrom(actor=world.cloud_admin, machine_id=machine.id, disk_id=disk.id)
    datacenter.work()

    assert machine.disks.filter(pk=disk.pk).exists()
    assert disk.uuid in datacenter.disks


def test_a_machine_that_is_not_deployed_gets_its_cd_with_its_deployment(world, datacenter, image):
    machine = world.new_machine("web")
    assert insert_cdrom(actor=world.cloud_admin, machine_id=machine.id, image_id=image.id) is None

    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    assert len(cdroms(datacenter)) == 1
    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    assert datacenter.empty


@pytest.fixture
def running(world, datacenter, machine) -> VirtualMachine:
    perform(actor=world.user, machine_id=machine.id, action_name="power_on")
    datacenter.work()
    datacenter.received.clear()
    return machine


def drives(datacenter) -> list[str]:
    """What was done to drives of running machines, in order."""
    return [each.type.split(".")[1] for each in datacenter.received if "_medium" in each.type]


def test_a_running_machine_gets_its_cd_into_the_drive_it_has_and_gives_it_back(
    world, datacenter, image, running
):
    insert_cdrom(actor=world.cloud_admin, machine_id=running.id, image_id=image.id)
    datacenter.work()

    disk = running.disks.get(kind=DiskKind.CDROM)
    assert drives(datacenter) == ["insert_medium"]
    assert (disk.backed, disk.source_path, disk.uuid in datacenter.disks) == (True, "tools.raw", True)
    with pytest.raises(Conflict):
        delete_template(actor=world.cloud_admin, template=image.template)
    assert VirtualMachine.objects.get(pk=running.pk).state == MachineState.ON

    eject_cdrom(actor=world.cloud_admin, machine_id=running.id, disk_id=disk.id, force=True)
    datacenter.work()

    assert drives(datacenter) == ["insert_medium", "eject_medium"]
    assert [each.force for each in datacenter.received if "eject" in each.type] == [True]
    assert (disk.uuid in datacenter.disks, running.disks.count()) == (False, 1)
    assert delete_template(actor=world.cloud_admin, template=image.template)


@pytest.mark.parametrize("step", ["provision_disk", "insert_medium"])
def test_a_cd_a_running_machine_could_not_be_given_is_taken_back_whatever_its_guest_does(
    world, datacenter, image, running, step
):
    datacenter.answers[step] = Failed(code="no_free_drive", detail="none is empty")

    operation = insert_cdrom(actor=world.cloud_admin, machine_id=running.id, image_id=image.id)
    datacenter.work()

    operation.refresh_from_db()
    assert (operation.status, operation.error["code"]) == (OperationStatus.FAILED, "no_free_drive")
    assert all(each.force for each in datacenter.received if "eject" in each.type)
    assert running.disks.count() == len(datacenter.disks) == 1


def test_a_cd_its_guest_holds_stays_with_all_that_belongs_to_it(world, datacenter, image, running):
    insert_cdrom(actor=world.cloud_admin, machine_id=running.id, image_id=image.id)
    datacenter.work()
    disk = running.disks.get(kind=DiskKind.CDROM)
    datacenter.answers["eject_medium"] = Failed(code="drive_locked", detail="hdc is locked")

    operation = eject_cdrom(actor=world.cloud_admin, machine_id=running.id, disk_id=disk.id)
    datacenter.work()

    operation.refresh_from_db()
    assert "keeps its drive shut" in str(failure_of(operation.error)["why"])
    assert running.disks.filter(pk=disk.pk, backed=True).exists()
    assert disk.uuid in datacenter.disks
    assert drives(datacenter)[-1] == "insert_medium"


def test_rest_inserts_by_the_dvd_of_a_machine_and_ejects_by_its_disk(world, datacenter, image, running):
    api, path = ApiUser(world.cloud_admin.nick), machine_path(running)
    body = api.get(path).json()
    wanted = f"{SERVER}/api{template_path(image.template)}"
    assert "dvd" not in body

    both = api.put(path, body | {"dvd": {"links": [{"rel": "image", "href": wanted}]}, "cpu": 2})
    assert (both.status_code, codes(both)) == (409, ["VM-68"])
    none = api.put(path, body | {"dvd": {"links": []}})
    assert (none.status_code, codes(none)) == (400, ["DVD-2"])
    disk_template = f"{SERVER}/api{template_path(world.template)}"
    wrong = api.put(path, body | {"dvd": {"links": [{"rel": "image", "href": disk_template}]}})
    assert (wrong.status_code, codes(wrong)) == (409, ["HD-14"])
    assert api.put(path, body | {"dvd": {"links": [{"rel": "image", "href": wanted}]}}).status_code == 202
    datacenter.work()

    body = api.get(path).json()
    assert (link(body["dvd"], "image"), body["dvd"]["links"][0]["title"]) == (wanted, "Tools")
    assert api.put(path, body).status_code == 204
    disks = api.get(f"{path}/storage/disks").json()["collection"]
    assert [disk["diskFormatType"] for disk in disks][1:] == ["ISO"]
    assert codes(api.delete(link(disks[0], "edit"))) == ["409-CONFLICT-NotImpemented"]
    assert api.delete(f"{link(disks[1], 'edit')}?force=true").status_code == 202
    datacenter.work()
    assert "dvd" not in api.get(path).json()


def test_nobody_inserts_too_many_or_what_is_no_cd(world, datacenter, image):
    machine = world.new_machine("web")
    insert = {"actor": world.cloud_admin, "machine_id": machine.id}
    with pytest.raises(NotFound):
        insert_cdrom(**insert, image_id=world.template.disks.get().id)
    for _drive in range(3):
        insert_cdrom(**insert, image_id=image.id)
    with pytest.raises(Conflict) as refusal:
        insert_cdrom(**insert, image_id=image.id)
    assert refusal.value.code == "CDROM-1"


def test_an_image_in_a_drive_keeps_its_template(world, datacenter, image):
    machine = world.new_machine("web")
    insert_cdrom(actor=world.cloud_admin, machine_id=machine.id, image_id=image.id)

    with pytest.raises(Conflict) as refusal:
        delete_template(actor=world.cloud_admin, template=image.template)

    assert refusal.value.code == "VIMAGE-10"


def test_it_takes_the_privilege_and_the_machine(world, datacenter, image):
    machine = world.new_machine("web")

    with pytest.raises(PermissionRefused):
        insert_cdrom(actor=world.user, machine_id=machine.id, image_id=image.id)
    with pytest.raises(NotFound):
        insert_cdrom(actor=world.rival_admin, machine_id=machine.id, image_id=image.id)


def test_the_page_inserts_and_ejects(world, datacenter, image):
    machine, browser = world.new_machine("web"), browser_of(world.cloud_admin)
    page = f"/machines/{machine.id}/"
    assert "Tools" in browser.get(f"{page}hardware/").content.decode()

    browser.post(f"{page}cdroms/insert/", {"image": image.id})
    disk = machine.disks.get(kind=DiskKind.CDROM)
    assert f"cdroms/{disk.id}/eject/" in browser.get(f"{page}hardware/").content.decode()
    browser.post(f"{page}cdroms/{disk.id}/eject/")

    assert not machine.disks.filter(kind=DiskKind.CDROM).exists()
