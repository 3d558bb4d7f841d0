"""What is said of a template: in range, in its proper words, and told in the event log without secrets."""

import pytest

from catalogue import services
from catalogue.models import Template
from core.errors import Conflict, Invalid, PermissionRefused
from core.sealing import unseal
from events.models import Event
from tests.catalogue.offers import disk


def changed(actor, template, **fields) -> Template:
    services.update_template(actor=actor, template=template, **fields)
    return Template.objects.get(pk=template.pk)


def test_who_manages_templates_changes_what_is_said_of_them(world, offers):
    told = {
        "name": "Debian 12", "description": "bookworm", "icon": "https://example.invalid/debian.png",
        "os_type": "DEBIAN_64", "os_version": "12", "login_user": "debian", "terms": "Be kind.",
        "vcpus": 2, "vcpus_min": 1, "vcpus_max": 8, "memory_mib": 512, "memory_mib_min": 256,
        "memory_mib_max": 4096, "ethernet_driver": "VIRTIO", "guest_setup": "CLOUD_INIT",
        "generates_password": True, "variables": {"ROLE": "web"}, "cost_code": "CC-7",
        "vcpus_hot_add": True,
    }  # fmt: skip

    template = changed(world.admin, offers.template, **told)

    assert {name: getattr(template, name) for name in told} == told


def test_users_and_viewers_change_nothing(world, offers):
    for actor in (world.user, world.viewer):
        with pytest.raises(PermissionRefused):
            changed(actor, offers.template, name="Mine")


@pytest.mark.parametrize(
    "wrong",
    (
        {"name": ""},
        {"name": "x" * 129},
        {"os_type": "PLAN_9"},
        {"guest_setup": "MAGIC"},
        {"ethernet_driver": "RTL"},
        {"icon": "javascript:alert(1)"},
        {"vcpus": 0},
        {"vcpus": 129},
        {"memory_mib": -1},
        {"variables": {"1x": "y"}},
        {"variables": {"X": ""}},
        {"variables": {f"V{n}": "x" for n in range(101)}},
        {"terms": "x" * 100_001},
    ),
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_can_not_be_is_refused_and_changes_nothing(world, offers, wrong):
    with pytest.raises(Invalid):
        changed(world.admin, offers.template, **wrong)

    assert Template.objects.get(pk=offers.template.pk).name == "Debian"


@pytest.mark.parametrize(
    ("bounds", "code"),
    (
        ({"vcpus": 1, "vcpus_min": 2}, "VIMAGE-61"),
        ({"vcpus": 4, "vcpus_max": 2}, "VIMAGE-62"),
        ({"memory_mib": 128, "memory_mib_min": 256}, "VIMAGE-63"),
        ({"memory_mib": 512, "memory_mib_max": 256}, "VIMAGE-64"),
    ),
)
def test_the_size_it_suggests_lies_within_its_own_bounds(world, offers, bounds, code):
    with pytest.raises(Invalid) as refused:
        changed(world.admin, offers.template, **bounds)

    assert refused.value.code == code


def test_a_first_password_needs_somebody_who_sets_it(world, offers):
    with pytest.raises(Conflict) as refused:
        changed(world.admin, offers.template, generates_password=True)

    assert refused.value.code == "VIMAGE-71"


def test_the_login_password_is_sealed_and_told_to_no_event(world, offers):
    template = changed(world.admin, offers.template, login_password="hunter2 of Acme")

    assert "hunter2" not in template.sealed_login_password
    assert unseal(template.sealed_login_password, purpose="template login password") == "hunter2 of Acme"
    told = str(list(Event.objects.about("template", template.pk).values()))
    assert "hunter2" not in told
    assert "login_password" in told


def test_an_empty_login_password_removes_it(world, offers):
    changed(world.admin, offers.template, login_password="hunter2")

    assert changed(world.admin, offers.template, login_password="").sealed_login_password == ""


def test_the_event_says_what_was_before_and_after(world, offers):
    changed(world.admin, offers.template, description="bookworm")

    event = Event.objects.about("template", offers.template.pk).filter(kind="template.changed").get()
    assert event.changes == {"description": ["", "bookworm"]}


def test_saying_the_same_again_is_no_change(world, offers):
    changed(world.admin, offers.template, name="Debian", vcpus=1)

    assert not Event.objects.about("template", offers.template.pk).filter(kind="template.changed").exists()


def test_a_template_that_is_being_made_is_not_changed(world, offers):
    Template.objects.filter(pk=offers.template.pk).update(state="IN_PROGRESS")

    with pytest.raises(Conflict) as refused:
        changed(world.admin, offers.template, name="New")

    assert refused.value.code == "VIMAGE-15"


@pytest.fixture
def three_disks(world, offers):
    return services.register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="three",
        disk=[disk("a.qcow2"), disk("b.qcow2"), disk("c.qcow2")],
    )  # fmt: skip


def paths(template) -> list[str]:
    return list(template.disks.order_by("position").values_list("path", flat=True))


def test_a_template_may_have_several_disks_in_an_order(three_disks):
    assert paths(three_disks) == ["a.qcow2", "b.qcow2", "c.qcow2"]


@pytest.mark.parametrize(
    ("moved", "to", "then"),
    (("c.qcow2", 0, "cab"), ("a.qcow2", 2, "bca"), ("b.qcow2", 1, "abc"), ("b.qcow2", 0, "bac")),
)
def test_any_disk_may_become_the_one_to_boot_from(world, three_disks, moved, to, then):
    services.update_template_disk(actor=world.admin, disk=three_disks.disks.get(path=moved), position=to)

    assert paths(three_disks) == [f"{letter}.qcow2" for letter in then]
    assert [each.position for each in three_disks.disks.all()] == [0, 1, 2]


def test_a_disk_has_no_place_beyond_the_others(world, three_disks):
    with pytest.raises(Invalid) as refused:
        services.update_template_disk(
            actor=world.admin, disk=three_disks.disks.get(path="a.qcow2"), position=3
        )

    assert refused.value.code == "DISK-4"


def test_a_disk_gets_a_label_and_a_controller(world, three_disks):
    boot = three_disks.disks.get(position=0)

    services.update_template_disk(actor=world.admin, disk=boot, label="system", controller="SCSI")

    boot.refresh_from_db()
    assert (boot.label, boot.controller) == ("system", "SCSI")
    with pytest.raises(Invalid):
        services.update_template_disk(actor=world.admin, disk=boot, controller="FLOPPY")
