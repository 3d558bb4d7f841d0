"""Promoting an instance: a copy of its files is a master of its own."""

import pytest

from catalogue.models import Template
from catalogue.services import (
    convert_disk,
    delete_template,
    promote_template,
    register_template,
)
from contracts.base import Failed
from contracts.vocabulary import Service
from core.errors import Conflict, Invalid, LimitExceeded, NotFound, PermissionRefused
from operations.models import Operation, OperationStatus
from tests.api_user import ApiUser, codes, link
from tests.world import MIB


@pytest.fixture
def instance(world, datacenter):
    """Of two disks, in Acme; its master is the provider's."""
    disks = [
        {"path": f"7/in/{n}.{f}", "format": f, "file_size_bytes": 5 * MIB, "virtual_size_bytes": 40 * MIB}
        for n, f in enumerate(("qcow2", "vmdk"))
    ]
    template = register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="web, set up",
        description="as of today", disk=disks, master=world.template, os_type="DEBIAN_64",
    )  # fmt: skip
    datacenter.work()
    return template


def promote(world, instance, name="Web", **options) -> Operation:
    return promote_template(actor=world.admin, template=instance, name=name, **options)


def master_named(name: str) -> Template:
    return Template.objects.get(name=name)


def test_a_promoted_instance_has_its_files_once_more_and_no_master(world, datacenter, instance):
    operation = promote(world, instance)
    assert master_named("Web").state == "IN_PROGRESS"
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    assert [(file.path, file.format) for file in command.files] == [
        ("7/in/0.qcow2", "qcow2"),
        ("7/in/1.vmdk", "vmdk"),
    ]
    datacenter.answer(command)

    made = master_named("Web")
    assert (made.state, made.master, made.os_type, made.description) == (
        "DONE", None, "DEBIAN_64", "as of today",
    )  # fmt: skip
    assert [disk.path for disk in made.disks.all()] == datacenter.copies[made.uuid]
    operation.refresh_from_db()
    assert (operation.status, operation.result["id"]) == (OperationStatus.SUCCEEDED, made.pk)
    delete_template(actor=world.admin, template=instance)
    datacenter.work()
    assert list(Template.objects.filter(enterprise=world.acme)) == [made]


def test_the_instance_stays_while_its_files_are_read(world, datacenter, instance):
    promote(world, instance)
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.admin, template=instance)
    assert refused.value.code == "VIMAGE-31"


def test_a_promotion_that_fails_leaves_the_instance_alone(world, datacenter, instance):
    datacenter.answers["copy_template_files"] = Failed(code="repository_full", detail="…")
    operation = promote(world, instance)
    datacenter.work()
    operation.refresh_from_db()
    assert (operation.status, operation.error["code"]) == (OperationStatus.FAILED, "repository_full")
    assert list(Template.objects.filter(enterprise=world.acme)) == [instance]
    assert datacenter.copies == {}


def test_what_is_no_instance_not_whole_or_somebody_elses_is_not_promoted(world, datacenter, instance):
    refusals = [
        ({"actor": world.cloud_admin, "template": world.template}, Conflict, "VIMAGE-1"),
        ({"actor": world.admin, "template": world.template}, Conflict, "VIMAGE-9"),
        ({"actor": world.user}, PermissionRefused, None),
        ({"name": "  "}, Invalid, "VIMAGE-27"),
        ({"disks": [world.template.disks.get().pk]}, NotFound, "DISK-3"),
        ({"disks": []}, Invalid, "VIMAGE-72"),
    ]
    for changes, error, code in refusals:
        with pytest.raises(error) as refused:
            promote_template(**{"actor": world.admin, "template": instance, "name": "Web"} | changes)
        assert code in (None, refused.value.code)
    convert_disk(actor=world.admin, disk=instance.disks.first(), format="vdi")
    with pytest.raises(Conflict) as refused:
        promote(world, instance)
    assert refused.value.code == "VIMAGE-28"


def test_a_promotion_keeps_to_the_limit_of_repositories(world, datacenter, instance):
    world.acme.repository_mib_soft = world.acme.repository_mib_hard = 19
    world.acme.save()
    with pytest.raises(LimitExceeded):
        promote(world, instance)
    promote(world, instance, disks=[instance.disks.first().pk])


def test_an_instance_is_promoted_by_rest_as_clients_do_it(world, datacenter, instance):
    anna = ApiUser(world.admin.nick)
    home = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{world.datacenter.pk}"
    place = f"{home}/virtualmachinetemplates"
    source = anna.get(f"{place}/{instance.pk}").json()
    body = {
        "promotedName": "Web",
        "links": [
            {"rel": "virtualmachinetemplate", "href": link(source, "edit")},
            {"rel": "disk0", "href": link(source, "disk0")},
        ],
    }
    kind = "application/vnd.abiquo.virtualmachinetemplaterequest+json"
    answer = anna.post(place, body, content_type=kind)
    assert answer.status_code == 202, answer.content
    datacenter.work()
    task = anna.get(link(answer, "status")).json()
    assert (task["type"], task["state"]) == ("PROMOTE", "FINISHED_SUCCESSFULLY")
    made = anna.get(link(task, "result")).json()
    assert (made["name"], made["state"]) == ("Web", "DONE")
    assert [each["rel"] for each in made["links"] if each["rel"].startswith("disk")] == ["disks", "disk0"]

    theirs = f"/api/admin/enterprises/{world.provider.pk}/datacenterrepositories/{world.datacenter.pk}"
    refused = {"rel": "disk0", "href": f"{theirs}/virtualmachinetemplates/{world.template.pk}/disks/1"}
    answer = anna.post(place, {**body, "links": [body["links"][0], refused]}, content_type=kind)
    assert (answer.status_code, codes(answer)) == (404, ["DISK-3"])


def test_a_disk_with_nothing_on_it_is_promoted_without_a_file(world, datacenter, instance):
    empty = instance.disks.create(
        position=2, label="scratch", path=None, format="qcow2", file_size_bytes=0, virtual_size_bytes=MIB
    )
    promote(world, instance)
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    assert len(command.files) == 2
    datacenter.answer(command)
    made = master_named("Web").disks.get(position=2)
    assert (made.path, made.label, made.state, made.virtual_size_bytes) == (None, "scratch", "DONE", MIB)
    with pytest.raises(Invalid) as refused:
        promote(world, instance, disks=[empty.pk])
    assert refused.value.code == "VIMAGE-48"


def test_of_somebody_elses_template_there_are_no_tasks_not_even_none(world, datacenter, instance):
    promote(world, instance)
    datacenter.work()
    rita = ApiUser(world.rival_admin.nick)
    home = f"/api/admin/enterprises/{world.rival.pk}/datacenterrepositories/{world.datacenter.pk}"
    for template in (instance, master_named("Web")):
        answer = rita.get(f"{home}/virtualmachinetemplates/{template.pk}/tasks")
        assert (answer.status_code, codes(answer)) == (404, ["VIMAGE-0"])
