"""Machines made of ISO images: an empty disk of the size asked for, and the image in a CD-ROM drive."""

import pytest

from catalogue.models import Conversion, Template, TemplateDisk
from catalogue.services import register_template
from compute.models import DiskKind
from compute.services import deploy, perform, plan_deployment, stream_disk
from compute.services.instances import chosen_disks
from compute.states import MachineState
from core.errors import Conflict, Invalid
from operations.models import Operation
from tests.api_user import ApiUser, machine_path
from tests.browsing import browser_of
from tests.world import MIB


@pytest.fixture
def iso(world, datacenter) -> Template:
    """The world's template is the image of an installation CD."""
    TemplateDisk.objects.filter(template=world.template).update(
        optical=True, format="raw", path="install.raw", virtual_size_bytes=400 * MIB
    )
    return world.template


def deployed(world, datacenter, **options):
    machine = world.new_machine("fresh", **options)
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    machine.refresh_from_db()
    assert machine.state == MachineState.ON
    return machine


def test_the_machine_starts_from_the_cd_with_an_empty_disk_beside_it(world, iso, datacenter):
    machine = deployed(world, datacenter, empty_disk_mib=2048)

    empty, cd = machine.disks.order_by("position")
    assert (empty.kind, cd.kind) == (DiskKind.EMPTY, DiskKind.CDROM)
    orders = next(each.disks for each in datacenter.received if each.type == "appliance.provision_disk.v2")
    assert [(order.source_path, order.size_bytes // MIB) for order in orders] == [
        ("", 2048),
        ("install.raw", 400),
    ]
    spec = next(each.spec for each in datacenter.received if each.type == "virtualization.define_machine.v1")
    assert [disk.disk_id for disk in spec.disks] == [empty.uuid]
    assert [(cdrom.path, cdrom.format) for cdrom in spec.cdroms] == [
        (f"/nowhere/{cd.uuid}.qcow2", "qcow2"),
        ("", "raw"),
    ]


def test_the_page_of_its_disks_says_that_it_is_a_cd(world, iso):
    page = browser_of(world.admin).get(f"/catalogue/{iso.id}/disks/").content.decode()

    assert "machines get it in a CD-ROM drive" in page
    assert "Disks: virtio" not in page


def test_only_the_empty_disk_counts_and_nothing_is_copied_behind_the_machine(world, iso, datacenter):
    machine = deployed(world, datacenter, empty_disk_mib=2048)
    cd = machine.disks.get(kind=DiskKind.CDROM)

    assert machine.disk_mib == plan_deployment(machine).wanted.disk_mib == 2048
    assert not Operation.objects.filter(kind="virtual_machine.stream_disk").exists()
    assert cd.backed
    with pytest.raises(Conflict):
        stream_disk(actor=world.user, machine_id=machine.id, disk_id=cd.id)
    assert [disk.kind for disk in chosen_disks(machine, None)] == [DiskKind.EMPTY]


def test_undeployed_nothing_is_left(world, iso, datacenter):
    machine = deployed(world, datacenter)

    perform(actor=world.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()

    assert datacenter.empty


@pytest.mark.parametrize("size", [0, -1, "large", 2**40])
def test_a_disk_of_no_size_is_refused(world, iso, datacenter, size):
    with pytest.raises(Invalid) as refusal:
        world.new_machine("fresh", empty_disk_mib=size)

    assert refusal.value.code == "DISK-6"


def test_a_machine_of_a_disk_image_gets_no_empty_disk(world, datacenter):
    machine = world.new_machine("web", empty_disk_mib=2048)

    assert [disk.kind for disk in machine.disks.all()] == [DiskKind.COPY]


def test_an_image_of_a_cd_is_never_converted(world, datacenter):
    host = world.host
    type(host).objects.filter(pk=host.pk).update(hypervisor_type="VMX_04")
    disk = {"path": "cd.raw", "format": "raw", "file_size_bytes": 1, "virtual_size_bytes": 1}

    for name, optical in (("a disk", False), ("a CD", True)):
        register_template(
            actor=None, enterprise=world.provider, datacenter=world.datacenter, name=name,
            disk=disk | {"path": name, "optical": optical},
        )  # fmt: skip

    assert {each.template_disk.template.name for each in Conversion.objects.all()} == {"a disk"}


def test_the_deploy_form_and_rest_say_how_large_the_disk_shall_be(world, iso, datacenter):
    world.host  # noqa: B018  somewhere to deploy to
    form = {
        "template": iso.id, "size": "image", "virtual_datacenter": world.vdc.id, "count": 1, "name": "form",
        "new_appliance": "main", "empty_disk_gib": 3,
    }  # fmt: skip
    assert browser_of(world.user).post("/machines/deploy/", form).status_code == 302
    machines = machine_path(world.machine).rpartition("/")[0]
    repository = f"/api/admin/enterprises/{iso.enterprise_id}/datacenterrepositories/{world.datacenter.id}"
    link = {"rel": "virtualmachinetemplate", "href": f"{repository}/virtualmachinetemplates/{iso.id}"}

    made = ApiUser(world.user.nick).post(machines, {"label": "rest", "emptyDiskInMb": 4096, "links": [link]})

    assert made.status_code == 201
    sizes = dict(type(world.machine).objects.values_list("name", "disk_mib"))
    assert (sizes["form"], sizes["rest"]) == (3072, 4096)
