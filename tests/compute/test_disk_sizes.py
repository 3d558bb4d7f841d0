"""Disks larger than the template has them: chosen when a machine is made, and grown while it is off."""

import pytest

from billing.models import UsageRecord
from compute.models import Disk, DiskKind, VirtualMachine
from compute.services import deploy, perform, plan_deployment, update_virtual_machine
from compute.states import MachineState
from contracts.base import Failed
from core.errors import Conflict, DomainError, LimitExceeded, NoPlacement, NotFound, PermissionRefused
from infrastructure.models import Claim, Datastore
from operations.models import OperationStatus
from tests.api_user import ApiUser, codes, machine_path
from tests.browsing import browser_of
from tests.compute.blueprints import materialise, shop, shop_content, to_the_end
from tests.compute.test_admission import limit
from tests.world import MIB


@pytest.fixture
def least(world) -> int:
    """MiB of the template's disk."""
    return -(-world.template.disks.get().virtual_size_bytes // MIB)


def held_mib(machine: VirtualMachine) -> tuple[int, int, int]:
    """What its disk, its row and its claim say."""
    machine.refresh_from_db()
    return machine.disks.get().size_mib, machine.disk_mib, Claim.objects.get().disk_mib


def grow(actor, machine: VirtualMachine, size_mib: int, **options):
    return update_virtual_machine(actor=actor, machine_id=machine.id, system_disk_mib=size_mib, **options)


@pytest.mark.parametrize("full_clone", [False, True])
def test_a_machine_is_made_with_a_larger_disk_that_counts_everywhere(world, datacenter, least, full_clone):
    machine = world.new_machine("large", system_disk_mib=least + 100, full_clone=full_clone)

    assert plan_deployment(machine).wanted.disk_mib == least + 100
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()

    (order,) = next(each.disks for each in datacenter.received if each.type == "appliance.provision_disk.v2")
    assert (order.size_bytes, order.clone) == ((least + 100) * MIB, full_clone)
    assert held_mib(machine) == (least + 100,) * 3


@pytest.mark.parametrize(("asked", "code"), [(-1, "HD-8"), ("x", "HD-3"), (2**50, "HD-3"), (0, "HD-3")])
def test_no_disk_is_smaller_than_the_template_s_nor_beyond_all_measure(world, least, asked, code):
    asked = least - 1 if asked == -1 else asked

    with pytest.raises(DomainError) as refusal:
        world.new_machine("small", system_disk_mib=asked)

    assert refusal.value.code == code
    assert str(asked) in refusal.value.message
    assert not VirtualMachine.objects.exists()


def test_a_larger_disk_passes_no_limit(world, datacenter, least):
    limit(world, "virtual_datacenter", disk_mib=least + 50)
    machine = world.new_machine("large", system_disk_mib=least + 51)

    with pytest.raises(LimitExceeded):
        deploy(actor=world.user, machine_id=machine.id)


def test_the_disk_of_a_machine_that_is_off_grows_with_claim_and_price(world, datacenter, machine, least):
    operation = grow(world.admin, machine, least + 1024)
    assert Claim.objects.get().disk_mib == least + 1024
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    (growth,) = datacenter.received[-1].disks
    assert (growth.disk_id, growth.size_bytes) == (machine.disks.get().uuid, (least + 1024) * MIB)
    assert held_mib(machine) == (least + 1024,) * 3
    assert machine.state == MachineState.OFF
    assert UsageRecord.objects.get(closed_at=None).disk_mib == least + 1024
    assert grow(world.admin, machine, least + 1024) is None


def test_a_disk_that_could_not_grow_leaves_size_and_claim(world, datacenter, machine, least):
    datacenter.answers["grow_disks"] = Failed(code="datastore_full", detail="0 bytes are free")

    operation = grow(world.admin, machine, least + 1024, vcpus=2)
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.FAILED
    assert held_mib(machine) == (least,) * 3
    assert (machine.vcpus, datacenter.sizes[machine.uuid][0]) == (1, 1)


def test_growth_is_refused_with_numbers_where_it_does_not_fit(world, datacenter, machine, least):
    with pytest.raises(Conflict) as smaller:
        grow(world.admin, machine, least - 1)
    assert smaller.value.code == "HD-8"
    Datastore.objects.update(size_mib=least + 10)
    with pytest.raises(NoPlacement) as full:
        grow(world.admin, machine, least + 11)
    assert "10 MiB are free" in full.value.message
    limit(world, "enterprise", disk_mib=least + 5)
    with pytest.raises(LimitExceeded):
        grow(world.admin, machine, least + 6)
    assert held_mib(machine) == (least,) * 3


def test_it_takes_the_privilege_the_disk_and_a_machine_that_does_not_run(world, datacenter, machine, least):
    with pytest.raises(PermissionRefused):
        grow(world.user, machine, least + 1)
    theirs = world.rival_machine()
    with pytest.raises(NotFound):
        update_virtual_machine(
            actor=world.admin, machine_id=machine.id, disk_sizes={theirs.disks.get().pk: least + 1}
        )
    perform(actor=world.user, machine_id=machine.id, action_name="power_on")
    datacenter.work()
    with pytest.raises(Conflict):
        grow(world.admin, machine, least + 1)


def test_a_machine_that_is_not_deployed_grows_at_once_and_its_cd_never(world, least):
    machine = world.new_machine("web")
    cd = Disk.objects.create(virtual_machine=machine, kind=DiskKind.CDROM, position=1, size_mib=1)

    assert grow(world.admin, machine, least + 7) is None

    assert (machine.disks.first().size_mib, VirtualMachine.objects.get().disk_mib) == (least + 7,) * 2
    with pytest.raises(Conflict) as refusal:
        update_virtual_machine(actor=world.admin, machine_id=machine.id, disk_sizes={cd.pk: 5})
    assert refusal.value.code == "HD-16"


def test_rest_makes_larger_disks_and_grows_them(world, datacenter, machine, least):
    api, path = ApiUser(world.admin.nick), machine_path(machine)
    disk = f"{path}/storage/disks/{machine.disks.get().pk}"
    body = api.get(disk).json()

    assert codes(api.put(disk, body | {"sizeInMb": least - 1})) == ["HD-8"]
    assert api.put(disk, body).status_code == 204
    assert api.put(disk, body | {"sizeInMb": least + 20}).status_code == 202
    datacenter.work()
    assert api.get(disk).json()["sizeInMb"] == least + 20
    assert api.put(path, {"systemDiskInMb": least + 30}).status_code == 202
    datacenter.work()
    assert api.get(disk).json()["sizeInMb"] == least + 30


def test_the_pages_choose_and_grow(world, datacenter, machine, least):
    browser = browser_of(world.admin)
    form = {
        "template": world.template.id, "size": "image", "virtual_datacenter": world.vdc.id, "count": 1,
        "virtual_appliance": world.appliance.id, "name": "roomy", "system_disk_gib": 3,
    }  # fmt: skip
    browser.post("/machines/deploy/", form)
    assert VirtualMachine.objects.get(name="roomy").disk_mib == 3072
    disk = machine.disks.get()
    sizes = {"vcpus": machine.vcpus, "memory_mib": machine.memory_mib}

    assert "Disk 1 in GiB" in browser.get(f"/machines/{machine.id}/hardware/").content.decode()
    browser.post(f"/machines/{machine.id}/hardware/change/", sizes | {f"disk_{disk.pk}": 4})
    datacenter.work()

    disk.refresh_from_db()
    assert disk.size_mib == 4096
    refused = browser.post(f"/machines/{machine.id}/hardware/change/", sizes | {f"disk_{disk.pk}": 2})
    assert "never made smaller" in refused.content.decode()


def test_a_blueprint_s_disks_are_made_as_large_as_it_says(world, datacenter, least):
    part = {"label": "db", "template": {"name": "Tiny"}, "disks": [{"size_mib": least + 9}], "cards": []}
    version = shop(world, content=shop_content(machines=[part], networks=[]))

    to_the_end(materialise(world, version, starts=True))
    datacenter.work()

    (order,) = next(each.disks for each in datacenter.received if each.type == "appliance.provision_disk.v2")
    assert order.size_bytes == (least + 9) * MIB
    assert Claim.objects.get().disk_mib == least + 9
