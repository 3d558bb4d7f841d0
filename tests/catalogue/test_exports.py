"""Exporting templates as packages, and what a package taken in again is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue.models import Package, Template, TemplateState
from catalogue.services import delete_template, export_template
from catalogue.services.packages import remove_expired_packages, token_of_package
from catalogue.services.upload_ends import settle_upload
from catalogue.services.uploads import AnnouncedFile, request_upload
from catalogue.services.usage import repositories_held
from contracts.base import Failed
from contracts.signing import message_of
from contracts.uploads import DownloadTicket, UploadedDisk, UploadFinished
from contracts.vocabulary import Service
from core.errors import Conflict, LimitExceeded, OperationInProgress, PermissionRefused
from infrastructure.services import register_remote_service
from operations.models import OperationStatus
from operations.services import cancel_operation
from tenants.usage import Extent
from tests.api_user import ApiUser, link
from tests.world import MIB

WORST_MIB = 42


@pytest.fixture
def template(world, datacenter):
    """The world's, with all that a package can say of it."""
    world.admin  # noqa: B018  its enterprise may use the location
    found = world.template
    found.os_type, found.os_version, found.login_user = "DEBIAN_64", "12", "debian"
    found.vcpus_max, found.memory_mib_min, found.terms = 8, 96, "Be kind."
    found.variables, found.memory_hot_add, found.ethernet_driver = {"role": "web"}, True, "E1000"
    found.save()
    return found


def export(world, template, **options):
    return export_template(actor=world.admin, template=template, **options)


def exported(world, datacenter, template) -> Package:
    export(world, template)
    datacenter.work()
    return Package.objects.get(template=template)


def held_mib(world) -> int:
    return repositories_held(Extent(world.acme.pk)).repository_mib


def test_a_package_counts_the_most_it_may_take_until_it_is_there_and_stays_a_day(world, datacenter, template):
    operation = export(world, template)
    assert held_mib(world) == WORST_MIB
    datacenter.work()

    package = Package.objects.get()
    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    assert (package.state, package.enterprise, held_mib(world)) == (TemplateState.DONE, world.acme, 2)
    assert [package.path] == datacenter.copies[package.uuid]
    ticket = message_of(
        token_of_package(actor=world.admin, package=package), world.datacenter.key, DownloadTicket
    )
    assert (ticket.path, ticket.file_name) == (package.path, "Tiny.ova")
    remove_expired_packages()
    assert Package.objects.exists()

    Package.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    remove_expired_packages()
    datacenter.work()
    assert (Package.objects.count(), datacenter.copies, held_mib(world)) == (0, {}, 0)


def test_exporting_anew_replaces_what_was_there_and_never_runs_twice(world, datacenter, template):
    first = exported(world, datacenter, template)
    export(world, template)
    with pytest.raises(OperationInProgress):
        export(world, template)
    datacenter.work()
    second = Package.objects.get()
    assert second.pk != first.pk
    assert datacenter.copies == {second.uuid: [second.path]}


def test_an_export_that_fails_or_is_cancelled_leaves_nothing(world, datacenter, template):
    datacenter.answers["export_package"] = Failed(code="repository_full", detail="…")
    failed = export(world, template)
    datacenter.work()
    failed.refresh_from_db()
    assert (failed.status, Package.objects.count()) == (OperationStatus.FAILED, 0)

    cancelled = export(world, template)
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    cancel_operation(actor=world.admin, operation_id=cancelled.id)
    datacenter.answer(command, Failed(code="cancelled", detail="It was cancelled."))
    datacenter.work()
    cancelled.refresh_from_db()
    assert (cancelled.status, Package.objects.count()) == (OperationStatus.CANCELLED, 0)
    assert datacenter.copies == {}


def test_who_may_not_download_or_has_no_room_exports_nothing(world, datacenter, template):
    with pytest.raises(PermissionRefused):
        export_template(actor=world.user, template=template)
    world.acme.repository_mib_soft = world.acme.repository_mib_hard = WORST_MIB - 1
    world.acme.save()
    with pytest.raises(LimitExceeded):
        export(world, template)
    Template.objects.update(state=TemplateState.UNAVAILABLE)
    with pytest.raises(Conflict) as refused:
        export(world, template)
    assert (refused.value.code, Package.objects.count()) == ("VIMAGE-35", 0)
    assert "upload it again" in refused.value.remedy


def test_a_template_is_deleted_with_its_packages_but_not_while_one_is_made(world, datacenter, template):
    export(world, template)
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.cloud_admin, template=template)
    assert refused.value.code == "VIMAGE-31"
    datacenter.work()
    path = Package.objects.get().path
    delete_template(actor=world.cloud_admin, template=template)
    datacenter.work()
    removed = next(each for each in datacenter.received if "delete_template_files" in each.type)
    assert path in removed.paths
    assert not Package.objects.exists()


def test_a_package_is_made_and_fetched_by_rest_but_only_for_the_own_enterprise(world, datacenter, template):
    anna, rita = ApiUser(world.admin.nick), ApiUser(world.rival_admin.nick)
    home = f"/api/admin/enterprises/{world.provider.pk}/datacenterrepositories/{world.datacenter.pk}"
    address = link(anna.get(f"{home}/virtualmachinetemplates/{template.pk}"), "export")
    assert anna.get(address).status_code == 404

    answer = anna.post(address)
    assert answer.status_code == 202, answer.content
    datacenter.work()

    task = anna.get(link(answer, "status")).json()
    assert (task["type"], task["state"]) == ("EXPORT", "FINISHED_SUCCESSFULLY")
    package = anna.get(address).json()
    assert (package["state"], package["fileSize"]) == ("DONE", 2 * MIB)
    ask = (
        f"/api/admin/enterprises/action/requestdownload?datacenterUuid={world.datacenter.uuid}&templatePath="
    )
    granted = anna.get(ask + package["path"])
    assert granted.status_code == 204
    ticket = message_of(granted["X-Atrium-Ticket"], world.datacenter.key, DownloadTicket)
    assert ticket.path == package["path"]
    assert rita.get(ask + package["path"]).status_code == 404
    assert rita.get(address).status_code == 404
    assert rita.get(link(answer, "status")).status_code == 404


def taken_in(world, told: str) -> Template:
    """A package that says this of its template, uploaded and settled."""
    uri = "https://repository.example/am"
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=uri)
    upload = request_upload(
        actor=world.admin, enterprise=world.acme, datacenter=world.datacenter,
        file=AnnouncedFile(3 * MIB, name="tiny.ova"),
    )  # fmt: skip
    disk = UploadedDisk(
        path=f"7/{upload.uuid}/disk-0.vmdk", format="vmdk", file_size_bytes=MIB, virtual_size_bytes=40 * MIB
    )
    proposal = {"name": "Tiny", "vcpus": 1, "memory_mib": 128, "terms": "Be kind.", "told": told}
    return settle_upload(
        UploadFinished(upload_id=upload.uuid, disks=(disk,), proposal=proposal, observed_at=datetime.now(UTC))
    )


def test_what_was_exported_says_the_same_of_its_machines_when_it_is_taken_in(world, datacenter, template):
    export(world, template)
    (command,) = datacenter.take(Service.APPLIANCE_COPY)
    told = command.machine.told
    assert "sealed_login_password" not in told

    made = taken_in(world, json.dumps(told))

    assert {name: getattr(made, name) for name in told} == told
    assert made.pk != template.pk


@pytest.mark.parametrize(
    "told",
    [
        "[",
        "[]",
        "[" * 100_000,
        '{"vcpus": "many"}',
        '{"vcpus": 9, "vcpus_max": 2}',
        '{"memory_hot_add": {"a": 1}}',
        '{"os_type": ["DEBIAN"]}',
        '{"login_user": "\\ud800"}',
        '{"variables": {"not a name": "x"}}',
        '{"enterprise_id": 1, "shared": true, "guest_setup": "ROOTKIT"}',
    ],
)
def test_what_a_package_says_besides_counts_only_where_it_makes_sense(world, datacenter, template, told):
    made = taken_in(world, told)
    plain = Template()
    names = ("vcpus_max", "memory_hot_add", "os_type", "login_user", "variables", "guest_setup", "shared")
    assert {name: getattr(made, name) for name in names} == {name: getattr(plain, name) for name in names}
    assert (made.enterprise, made.vcpus) == (world.acme, 1)
