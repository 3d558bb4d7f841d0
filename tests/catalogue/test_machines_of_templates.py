"""What a template says of the machines made of it holds: size, terms, number of disks."""

from hashlib import sha256

import pytest

from catalogue import services
from catalogue.models import TemplateDisk
from compute.models import VirtualMachine
from compute.services import create_virtual_appliance, deploy, perform, update_virtual_machine
from core.errors import Conflict, Invalid
from events.models import Event
from tests.api_user import ApiUser, codes
from tests.browsing import browser_of
from tests.catalogue.offers import disk


@pytest.fixture
def bounded(world, offers):
    bounds = {"vcpus": 2, "vcpus_min": 2, "vcpus_max": 4, "memory_mib": 256, "memory_mib_min": 128,
              "memory_mib_max": 512}  # fmt: skip
    return services.update_template(actor=world.admin, template=offers.template, **bounds)


@pytest.fixture
def terms(world, offers):
    return services.update_template(actor=world.admin, template=offers.template, terms="Be kind.")


def made(world, template, **options) -> VirtualMachine:
    world.__dict__["template"] = template
    return world.new_machine("web", actor=world.admin, **options)


@pytest.mark.parametrize(
    ("size", "code", "words"),
    (
        ({"vcpus": 1}, "VM-146", "2 to 4"),
        ({"vcpus": 5}, "VM-146", "more than the 4"),
        ({"memory_mib": 64}, "VM-147", "less than the 128 MiB"),
        ({"memory_mib": 1024}, "VM-147", "128 to 512"),
    ),
)
def test_no_machine_is_made_outside_the_bounds(world, bounded, size, code, words):
    with pytest.raises(Invalid) as refused:
        made(world, bounded, **size)

    assert refused.value.code == code
    assert words in f"{refused.value.message} {refused.value.remedy}"


def test_both_sizes_are_told_at_once(world, bounded):
    with pytest.raises(Invalid) as refused:
        made(world, bounded, vcpus=8, memory_mib=4096)

    assert [reason.code for reason in refused.value.reasons] == ["VM-146", "VM-147"]


def test_a_machine_is_not_resized_out_of_the_bounds(world, bounded):
    machine = made(world, bounded)

    with pytest.raises(Invalid) as refused:
        update_virtual_machine(actor=world.admin, machine_id=machine.pk, vcpus=8)
    assert refused.value.code == "VM-146"

    update_virtual_machine(actor=world.admin, machine_id=machine.pk, vcpus=4)
    machine.refresh_from_db()
    assert machine.vcpus == 4


def test_a_machine_out_of_bounds_that_came_later_keeps_its_size_and_may_be_renamed(world, offers):
    machine = made(world, offers.template)
    services.update_template(actor=world.admin, template=offers.template, vcpus=2, vcpus_min=2)

    update_virtual_machine(actor=world.admin, machine_id=machine.pk, name="renamed")

    machine.refresh_from_db()
    assert (machine.name, machine.vcpus) == ("renamed", 1)


def test_terms_have_to_be_accepted(world, terms):
    with pytest.raises(Conflict) as refused:
        made(world, terms)
    assert refused.value.code == "VIMAGE-78"

    machine = made(world, terms, terms_accepted=True)
    accepted = Event.objects.get(kind="virtual_machine.terms_accepted", subject_id=machine.pk)
    digest = sha256(b"Be kind.").hexdigest()
    assert accepted.data == {"template": terms.pk, "terms_sha256": digest}
    assert accepted.actor_id == world.admin.pk


def test_terms_are_accepted_over_rest(world, terms, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    vdc = world.appliance.virtual_datacenter_id
    path = f"/api/cloud/virtualdatacenters/{vdc}/virtualappliances/{world.appliance.id}/virtualmachines"
    template = (
        f"/api/admin/enterprises/{world.acme.id}/datacenterrepositories/{world.datacenter.id}"
        f"/virtualmachinetemplates/{terms.id}"
    )
    body = {"links": [{"rel": "virtualmachinetemplate", "href": template}]}

    assert codes(ApiUser("anna").post(path, body)) == ["VIMAGE-78"]
    assert ApiUser("anna").post(path, body | {"termsAccepted": True}).status_code == 201


@pytest.fixture
def form(world, offers):
    """The deploy form, filled in with the template of Acme."""
    assert world.host.pk
    return {
        "template": offers.template.pk, "size": "image", "count": 1, "name": "web",
        "virtual_datacenter": world.vdc.pk, "virtual_appliance": world.appliance.pk,
    }  # fmt: skip


def test_the_deploy_form_shows_the_terms_and_wants_them_accepted(world, terms, form):
    browser = browser_of(world.admin)

    assert "Be kind." in browser.post("/machines/deploy/plan/", form).content.decode()
    refused = browser.post("/machines/deploy/", form)
    assert refused.status_code == 409
    assert "VIMAGE-78" in refused.content.decode()
    assert not VirtualMachine.objects.exists()

    assert browser.post("/machines/deploy/", form | {"terms_accepted": "1"}).status_code == 302


def test_the_deploy_form_says_which_sizes_the_template_allows(world, bounded, form):
    told = browser_of(world.admin).post(
        "/machines/deploy/plan/", form | {"size": "custom", "vcpus": 8, "memory_mib": 256}
    )

    assert "more than the 4" in told.content.decode()
    assert "2 to 4" in told.content.decode()


@pytest.fixture
def two_disks(world, offers):
    return services.register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="two",
        disk=[disk("system.qcow2"), disk("data.qcow2")],
    )  # fmt: skip


def test_a_machine_gets_every_disk_of_its_template_and_gives_all_back(world, two_disks, datacenter):
    machine = made(world, two_disks)
    assert machine.disk_mib == 80

    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()
    machine.refresh_from_db()
    assert machine.state == "ON"
    assert len(datacenter.disks) == 2
    assert [each.template_disk.path for each in machine.disks.all()] == ["system.qcow2", "data.qcow2"]

    perform(actor=world.admin, machine_id=machine.pk, action_name="undeploy")
    datacenter.work()
    assert datacenter.empty


def test_a_template_without_a_disk_makes_no_machine(world, offers):
    TemplateDisk.objects.filter(template=offers.template).delete()
    appliance = create_virtual_appliance(actor=world.admin, virtual_datacenter=world.vdc, name="empty")

    with pytest.raises(Conflict) as refused:
        made(world, offers.template, appliance=appliance)

    assert refused.value.code == "VM-56"


def test_a_machine_gets_the_controllers_and_the_card_its_template_has_drivers_for(world, offers, datacenter):
    services.update_template(actor=world.admin, template=offers.template, ethernet_driver="E1000")
    offers.template.disks.update(controller="SCSI", adapter="lsilogic")
    machine = made(world, offers.template)
    deploy(actor=world.admin, machine_id=machine.pk)
    services.update_template(actor=world.admin, template=offers.template, ethernet_driver="VMXNET3")
    offers.template.disks.update(controller="IDE")

    datacenter.work()

    defined = next(each for each in datacenter.received if "define_machine" in each.type)
    assert [(disk.bus, disk.adapter) for disk in defined.spec.disks] == [("scsi", "lsilogic")]
    assert [nic.model for nic in defined.spec.nics] == ["e1000"]


def test_a_template_without_a_word_about_drivers_makes_machines_of_virtual_hardware(world, datacenter):
    deploy(actor=world.user, machine_id=world.machine.pk)
    datacenter.work()

    defined = next(each for each in datacenter.received if "define_machine" in each.type)
    assert {disk.bus for disk in defined.spec.disks} | {nic.model for nic in defined.spec.nics} == {"virtio"}
