"""Asking to send a file, the room that is kept for it, and what becomes of it when its bytes are there."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from catalogue.models import Template, TemplateDisk, TemplateState, Upload, UploadState
from catalogue.services import register_template, repository_of
from catalogue.services.observing import observe
from catalogue.services.repository_state import refresh_repository
from catalogue.services.upload_ends import settle_upload
from catalogue.services.upload_tickets import token_of_download, token_of_upload
from catalogue.services.uploads import (
    AnnouncedFile,
    admit_upload,
    cancel_upload,
    renew_ticket,
    request_upload,
)
from compute.services import disks_for
from contracts.signing import message_of
from contracts.uploads import (
    DownloadTicket,
    RepositoryFile,
    RepositoryObserved,
    UploadedDisk,
    UploadFailed,
    UploadFinished,
    UploadProgressed,
    UploadTicket,
)
from core.errors import Conflict, Invalid, LimitExceeded, NotFound, PermissionRefused
from events.models import Event
from infrastructure.models import LocationLimit
from infrastructure.services import register_remote_service
from tenants.usage import Extent, held
from tests.at_once import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MIB = 1024 * 1024
URI = "https://repository.example/am"


@pytest.fixture
def place(world):
    """The world's datacenter with an appliance manager that takes uploads."""
    world.admin  # noqa: B018  its enterprise may use the location
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=URI)
    return world.datacenter


def ask(world, size_mib: int = 10, name: str = "debian.qcow2", **options):
    mark = options.pop("mark", "")
    return request_upload(
        actor=options.pop("actor", world.admin),
        enterprise=options.pop("enterprise", world.acme),
        datacenter=world.datacenter,
        file=AnnouncedFile(size_mib * MIB, name=name, mark=mark),
        **options,
    )


def kept_mib(world) -> int:
    return held(Extent(world.acme.pk), {"repository_mib"}).repository_mib


def limit(world, **limits: int) -> None:
    LocationLimit.objects.filter(enterprise=world.acme).update(**limits)


def finished(upload: Upload, *sizes_mib: int, **told) -> UploadFinished:
    disks = tuple(
        UploadedDisk(
            path=f"{upload.enterprise_id}/{upload.uuid}/disk-{number}.qcow2", format="qcow2",
            file_size_bytes=size * MIB, virtual_size_bytes=100 * MIB, sha256="0" * 64,
        )
        for number, size in enumerate(sizes_mib)
    )  # fmt: skip
    return UploadFinished(upload_id=upload.uuid, disks=disks, proposal=told, observed_at=datetime.now(UTC))


def test_a_disk_of_a_package_with_nothing_on_it_becomes_one_of_the_template(world, place):
    upload = ask(world, 10)
    end = finished(upload, 5)
    nothing = UploadedDisk(path="", format="raw", file_size_bytes=0, virtual_size_bytes=70 * MIB, label="log")

    template = settle_upload(end.model_copy(update={"disks": (*end.disks, nothing)}))

    disk = template.disks.get(position=1)
    assert (disk.is_empty, disk.label, disk.virtual_size_bytes) == (True, "log", 70 * MIB)
    assert kept_mib(world) == 5
    assert [each.size_mib for each in disks_for(list(template.disks.all()))] == [100, 70]


def test_room_is_kept_while_a_file_is_on_its_way(world, place):
    ask(world, 10)
    assert kept_mib(world) == 10


def test_a_ticket_lets_exactly_this_file_in_for_a_while(world, place):
    upload = ask(world, 10)
    ticket = message_of(token_of_upload(upload), place.key, UploadTicket)
    assert (ticket.upload_id, ticket.size_bytes, ticket.enterprise_id) == (
        upload.uuid,
        10 * MIB,
        world.acme.pk,
    )
    assert timedelta(0) < ticket.expires_at - timezone.now() < timedelta(minutes=20)
    assert message_of(token_of_upload(upload), "another key", UploadTicket) is None
    assert message_of(token_of_upload(upload), place.key, DownloadTicket) is None


def test_more_than_the_repository_limit_is_refused_by_name(world, place):
    limit(world, repository_mib_hard=15)
    with pytest.raises(LimitExceeded, match="hard limit"):
        ask(world, 16)
    assert Upload.objects.count() == 0


def test_of_two_uploads_that_do_not_fit_together_one_is_let_in(world, place):
    limit(world, repository_mib_hard=15)
    counted = all_at_once([lambda n=n: ask(world, 10, name=f"{n}.qcow2") for n in range(4)])
    assert counted["done"] == 1, counted
    assert kept_mib(world) == 10


def test_what_a_file_did_not_take_of_its_room_is_free_again(world, place):
    upload = ask(world, 100)
    observe(finished(upload, 20, 30))
    assert kept_mib(world) == 50
    upload.refresh_from_db()
    assert (upload.state, upload.template.disks.count()) == (UploadState.DONE, 2)


def test_a_finished_upload_is_a_template_of_its_enterprise_named_as_its_file(world, place):
    observe(finished(ask(world, 10, name="C:\\fakepath\\debian 12.qcow2"), 8))
    template = Template.objects.visible_to(world.admin).get()
    assert (template.name, template.enterprise, template.state) == ("debian 12", world.acme, "DONE")
    assert template.creator_name == str(world.admin)
    assert not template.shared


def test_what_a_package_says_of_the_machine_is_taken_as_far_as_it_makes_sense(world, place):
    told = {
        "name": "Web",
        "vcpus": 4,
        "memory_mib": 2048,
        "os_type": "DEBIAN_64",
        "ethernet_driver": "NE2000",
    }
    observe(finished(ask(world), 8, **told))
    template = Template.objects.get()
    assert (template.name, template.vcpus, template.memory_mib) == ("Web", 4, 2048)
    assert (template.os_type, template.ethernet_driver) == ("DEBIAN_64", "")


@pytest.mark.parametrize(
    ("told", "stored"),
    [
        (("scsi", "lsilogic"), ("SCSI", "lsilogic")),
        (("", ""), ("VIRTIO", "")),
        (("mfm", "x"), ("VIRTIO", "")),
    ],
)
def test_disks_keep_the_controller_their_package_attached_them_to(world, place, told, stored):
    end = finished(ask(world), 8)
    disk = end.disks[0].model_copy(update={"controller": told[0], "adapter": told[1]})
    observe(end.model_copy(update={"disks": (disk,)}))
    disk = Template.objects.get().disks.get()
    assert (disk.controller, disk.adapter) == stored


def test_being_told_twice_makes_one_template(world, place):
    told = finished(ask(world), 8)
    observe(told)
    observe(told)
    assert Template.objects.count() == 1
    assert kept_mib(world) == 8


def test_progress_is_seen_and_never_goes_back(world, place):
    upload = ask(world, 10)
    for received in (3, 5, 4):
        observe(
            UploadProgressed(upload_id=upload.uuid, received_bytes=received * MIB, observed_at=timezone.now())
        )
    upload.refresh_from_db()
    assert (upload.state, upload.percent) == (UploadState.RECEIVING, 50)
    observe(UploadProgressed(upload_id=upload.uuid, received_bytes=10 * MIB, observed_at=timezone.now()))
    upload.refresh_from_db()
    assert upload.state == UploadState.CHECKING


def test_a_refused_file_frees_its_room_and_says_why(world, place):
    upload = ask(world, 10)
    observe(
        UploadFailed(
            upload_id=upload.uuid,
            code="backing_file",
            detail="It reads /etc/passwd.",
            observed_at=timezone.now(),
        )
    )
    upload.refresh_from_db()
    assert (upload.state, upload.code) == (UploadState.FAILED, "backing_file")
    assert kept_mib(world) == 0
    assert Event.objects.get(kind="upload.failed").data["detail"] == "It reads /etc/passwd."


def test_an_upload_nobody_finished_frees_its_room_even_if_nobody_tells(world, place):
    upload = ask(world, 10)
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert kept_mib(world) == 0
    upload.refresh_from_db()
    assert upload.has_run_out
    with pytest.raises(Conflict):
        renew_ticket(actor=world.admin, upload=upload)


def test_an_upload_that_is_given_up_is_removed_where_it_got_to_and_told_of(world, place, datacenter):
    upload = ask(world, 10)
    datacenter.uploads.add(upload.uuid)
    cancel_upload(actor=world.admin, upload=upload)
    datacenter.work()
    assert kept_mib(world) == 0 and datacenter.uploads == set()
    assert Event.objects.get(kind="upload.cancelled").actor_id == world.admin.pk


def test_files_that_arrive_after_the_upload_was_given_up_are_removed(world, place, datacenter):
    upload = ask(world, 10)
    cancel_upload(actor=world.admin, upload=upload)
    datacenter.work()
    datacenter.uploads.add(upload.uuid)
    observe(finished(upload, 8))
    datacenter.work()
    assert Template.objects.count() == 0 and datacenter.uploads == set()


def test_a_limit_lowered_meanwhile_refuses_the_template_and_removes_the_files(world, place, datacenter):
    upload = ask(world, 10)
    datacenter.uploads.add(upload.uuid)
    limit(world, repository_mib_hard=5)
    observe(finished(upload, 8))
    datacenter.work()
    upload.refresh_from_db()
    assert (upload.state, upload.code) == (UploadState.FAILED, "LIMITS_EXCEEDED")
    assert kept_mib(world) == 0 and datacenter.uploads == set()


def test_the_same_unfinished_file_is_continued(world, place):
    first = ask(world, 10, mark="1700000000000")
    assert ask(world, 10, mark="1700000000000") == first
    assert ask(world, 11, mark="1700000000000") != first
    assert ask(world, 10, mark="") != first
    assert kept_mib(world) == 31


@pytest.mark.parametrize("size_bytes", [0, -1, 2**60])
def test_a_size_that_makes_no_sense_is_refused(world, place, size_bytes):
    with pytest.raises(Invalid):
        admit_upload(actor=world.admin, enterprise=world.acme, datacenter=place, size_bytes=size_bytes)


def test_asking_whether_a_file_would_be_let_in_keeps_nothing(world, place):
    limit(world, repository_mib_hard=15)
    admit_upload(actor=world.admin, enterprise=world.acme, datacenter=place, size_bytes=15 * MIB)
    with pytest.raises(LimitExceeded):
        admit_upload(actor=world.admin, enterprise=world.acme, datacenter=place, size_bytes=16 * MIB)
    assert kept_mib(world) == 0


def test_who_may_not_upload_is_refused(world, place):
    with pytest.raises(PermissionRefused):
        ask(world, actor=world.viewer)


def test_nobody_uploads_for_another_enterprise(world, place):
    with pytest.raises(NotFound):
        ask(world, actor=world.rival_admin)


def test_nobody_uploads_to_a_location_their_enterprise_may_not_use(world, place):
    LocationLimit.objects.all().delete()
    with pytest.raises(NotFound):
        ask(world)


def test_a_location_without_an_appliance_manager_that_listens_says_so(world, place):
    register_remote_service(actor=None, datacenter=place, type="APPLIANCE_MANAGER", uri="")
    with pytest.raises(Conflict) as refused:
        ask(world)
    assert refused.value.code == "AM-2" and refused.value.remedy


def test_a_file_goes_out_with_a_ticket_for_it_alone(world, place):
    disk = world.template.disks.get()
    ticket = message_of(token_of_download(actor=world.admin, disk=disk), place.key, DownloadTicket)
    assert (ticket.path, ticket.file_name) == ("tiny.qcow2", "Tiny-0.qcow2")
    with pytest.raises(PermissionRefused):
        token_of_download(actor=world.viewer, disk=disk)


def look(place, *paths: str, **changes) -> None:
    fields = {
        "datacenter_id": place.uuid, "reachable": True, "capacity_bytes": 100 * MIB, "free_bytes": 60 * MIB,
        "files": tuple(RepositoryFile(path=path, size_bytes=1) for path in paths),
        "observed_at": timezone.now(),
    }  # fmt: skip
    observe(RepositoryObserved(**fields | changes))


def states(template: Template) -> tuple[str, str]:
    template.refresh_from_db()
    return template.state, template.disks.get().state


def test_a_template_whose_file_vanished_is_unavailable_until_it_is_back(world, place):
    template = world.template
    look(place)
    assert states(template) == (TemplateState.UNAVAILABLE, TemplateState.UNAVAILABLE)
    look(place, "tiny.qcow2")
    assert states(template) == (TemplateState.DONE, TemplateState.DONE)
    kinds = Event.objects.filter(kind__startswith="template.file").values_list("kind", flat=True)
    assert set(kinds) == {"template.file_vanished", "template.file_back"}


def test_the_capacity_of_a_repository_is_noted(world, place):
    repository_of(place)
    look(place)
    repository = repository_of(place)
    assert (repository.capacity_mib, repository.remaining_mib) == (100, 60)


def test_a_repository_that_can_not_be_read_takes_no_template_away(world, place):
    template = world.template
    look(place, reachable=False, reason="not mounted")
    assert states(template) == (TemplateState.DONE, TemplateState.DONE)


def test_what_came_after_the_look_is_not_missed_by_it(world, place):
    before = timezone.now() - timedelta(minutes=1)
    template = world.template
    look(place, observed_at=before)
    assert states(template) == (TemplateState.DONE, TemplateState.DONE)


def test_a_refresh_is_asked_of_the_datacenter(world, place, datacenter):
    repository_of(place)
    begun = refresh_repository(actor=world.admin, datacenter=place, enterprise_id=world.acme.pk)
    again = refresh_repository(actor=world.admin, datacenter=place, enterprise_id=world.acme.pk)
    assert begun.pk == again.pk
    datacenter.work()
    assert [command.type for command in datacenter.received] == ["appliance.refresh_repository.v1"]
    with pytest.raises(PermissionRefused):
        refresh_repository(actor=world.user, datacenter=place, enterprise_id=world.acme.pk)


def test_news_of_unknown_uploads_are_dropped(world, place):
    unknown = Upload(uuid=uuid4(), enterprise_id=1)
    observe(finished(unknown, 1))
    observe(UploadFailed(upload_id=uuid4(), code="x", detail="y", observed_at=timezone.now()))
    assert (Template.objects.count(), TemplateDisk.objects.count()) == (0, 0)


def test_a_template_registered_in_another_way_still_counts(world, place):
    register_template(
        actor=None, enterprise=world.acme, datacenter=place, name="Else",
        disk={"path": "x", "format": "raw", "file_size_bytes": 3 * MIB, "virtual_size_bytes": 1},
    )  # fmt: skip
    ask(world, 10)
    assert kept_mib(world) == 13
