"""Asking for a template at an address: the room that is kept, what the datacenter is told, how it ends."""

import pytest
from django.utils import timezone

from catalogue.models import Template, Upload, UploadState
from catalogue.services.bringing import WantedFile, fetch_template, retry_fetch
from catalogue.services.observing import observe
from catalogue.services.uploads import cancel_upload, renew_ticket
from contracts.base import Failed, Succeeded
from contracts.uploads import UploadProgressed
from contracts.vocabulary import ErrorCode, Service
from core.errors import Conflict, Invalid, NotFound, PermissionRefused
from infrastructure.models import LocationLimit
from operations.models import Operation, OperationStatus
from tenants.usage import Extent, held
from tests.at_once import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MIB, GIB = 2**20, 2**30
URL = "https://mirror.example/images/debian-12.qcow2?token=secret"


def output_of(command, size_bytes: int = 3 * MIB) -> dict:
    """What an appliance manager answers."""
    path = f"{command.enterprise_id}/{command.upload_id}/disk-0.qcow2"
    disk = {"path": path, "format": "qcow2", "file_size_bytes": size_bytes, "virtual_size_bytes": GIB}
    return {"file_name": "debian-12.qcow2", "disks": [disk], "proposal": {"name": "Told", "vcpus": 2}}


def ask(world, **changes) -> Operation:
    options = {name: changes.pop(name) for name in ("actor", "enterprise", "datacenter") if name in changes}
    return fetch_template(
        **{"actor": world.admin, "enterprise": world.acme, "datacenter": world.datacenter} | options,
        wanted=WantedFile(**{"url": URL, "most_bytes": 10 * MIB} | changes),
    )


def room(world) -> int:
    return held(Extent(enterprise_id=world.acme.pk)).repository_mib


def test_what_is_fetched_becomes_a_template_and_takes_what_it_has(world, datacenter):
    datacenter.answers["fetch_template"] = lambda command: Succeeded(output=output_of(command))
    operation = ask(world, name="Debian")
    kept = room(world)

    datacenter.work()

    operation.refresh_from_db()
    upload = Upload.objects.get()
    assert (kept, room(world)) == (10, 3)
    assert (operation.status, upload.state) == (OperationStatus.SUCCEEDED, UploadState.DONE)
    assert (upload.template.name, upload.template.vcpus) == ("Debian", 2)
    assert operation.result == {"template": upload.template_id}


def test_the_datacenter_is_told_the_address_on_a_queue_of_its_own_and_nobody_else_is(world, datacenter):
    digits = "AB" * 32
    operation = ask(world, checksum=f"sha256:{digits}")

    (command,) = datacenter.take(Service.APPLIANCE_FETCH)

    assert (command.url, command.most_bytes, command.sha256) == (URL, 10 * MIB, digits.lower())
    assert "secret" not in f"{operation.parameters} {operation.resource_name} {Upload.objects.get()}"
    assert Upload.objects.get().shown_source == "https://mirror.example/images/debian-12.qcow2"


def test_room_that_turns_out_not_to_be_needed_is_free_at_once(world, datacenter):
    ask(world)
    upload = Upload.objects.get()

    for size_bytes in (4 * MIB, 8 * MIB):
        told = {"received_bytes": MIB, "size_bytes": size_bytes, "observed_at": timezone.now()}
        observe(UploadProgressed(upload_id=upload.uuid, **told))

    upload.refresh_from_db()
    assert (room(world), upload.percent, upload.state) == (4, 25, UploadState.RECEIVING)


def test_of_two_fetches_that_do_not_fit_together_one_is_refused(world, datacenter):
    assert world.admin.pk
    _limit(world, 15)

    counts = all_at_once([lambda: ask(world), lambda: ask(world)])

    assert counts == {"done": 1, "LIMITS_EXCEEDED": 1}
    assert Upload.objects.count() == 1


def _limit(world, mib: int) -> None:
    LocationLimit.objects.filter(enterprise=world.acme, datacenter=world.datacenter).update(
        repository_mib_hard=mib
    )


@pytest.mark.parametrize(
    ("code", "told"),
    [(ErrorCode.SOURCE_REFUSED, "mirror.example answered 404"), (ErrorCode.INTERNAL_ERROR, "")],
)
def test_why_it_failed_is_told_and_what_concerns_the_provider_is_not(world, datacenter, code, told):
    detail = "mirror.example answered 404 at /srv/secret"
    datacenter.answers["fetch_template"] = Failed(code=code, detail=detail)
    ask(world)

    datacenter.work()

    upload = Upload.objects.get()
    assert (upload.state, upload.code, room(world)) == (UploadState.FAILED, code, 0)
    assert (upload.detail.startswith(told), detail in upload.detail) == (True, bool(told))
    assert [command.type for command in datacenter.received][-1] == "appliance.cancel_fetch.v1"
    assert not Template.objects.exists()


def test_a_template_that_fits_no_limit_any_more_is_not_kept(world, datacenter):
    def late(command):
        _limit(world, 1)
        return Succeeded(output=output_of(command))

    datacenter.answers["fetch_template"] = late
    ask(world)

    datacenter.work()

    upload = Upload.objects.get()
    assert (upload.state, upload.code) == (UploadState.FAILED, "LIMITS_EXCEEDED")
    assert datacenter.received[-1].upload_id == upload.uuid
    assert not Template.objects.exists()


def test_cancelled_it_is_interrupted_and_leaves_nothing(world, datacenter):
    operation = ask(world)
    (command,) = datacenter.take(Service.APPLIANCE_FETCH)

    cancel_upload(actor=world.admin, upload=Upload.objects.get())
    interrupted = datacenter.take(Service.APPLIANCE)
    datacenter.answer(command, Failed(code=ErrorCode.CANCELLED, detail="It was cancelled."))
    datacenter.work()

    operation.refresh_from_db()
    assert [each.type for each in interrupted] == ["appliance.cancel_fetch.v1"]
    assert operation.status == OperationStatus.CANCELLED
    assert (Upload.objects.get().state, room(world)) == (UploadState.CANCELLED, 0)


def test_what_failed_is_tried_again_in_its_place(world, datacenter):
    datacenter.answers["fetch_template"] = Failed(code=ErrorCode.SOURCE_REFUSED, detail="answered 404")
    ask(world, name="Debian", checksum="cd" * 64)
    datacenter.work()
    failed = Upload.objects.get()
    datacenter.answers["fetch_template"] = lambda command: Succeeded(output=output_of(command))

    retry_fetch(actor=world.admin, upload=failed)
    datacenter.work()

    again = Upload.objects.get()
    assert (again.state, again.name, again.sha512) == (UploadState.DONE, "Debian", "cd" * 64)
    assert again.uuid != failed.uuid
    with pytest.raises(Conflict):
        retry_fetch(actor=world.admin, upload=again)


def test_nobody_sends_the_bytes_of_what_is_fetched(world, datacenter):
    ask(world)
    with pytest.raises(Conflict):
        renew_ticket(actor=world.admin, upload=Upload.objects.get())


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/b", "file:///etc/passwd", "https://", "https://a.example:0/b", "a.example/b",
     "https://u:p@a.example/b", "https://a.example/b c", "https://a.example/" + "b" * 2000, ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_once(world, url):
    with pytest.raises(Invalid) as refused:
        ask(world, url=url)
    assert refused.value.code == "OVF-PACKAGE-6"
    assert not Upload.objects.exists()


@pytest.mark.parametrize("checksum", ["abc", "g" * 64, "sha512:" + "a" * 64, "md5:" + "a" * 32])
def test_what_is_no_checksum_is_refused_at_once(world, checksum):
    with pytest.raises(Invalid, match="SHA-256"):
        ask(world, checksum=checksum)


@pytest.mark.parametrize("most_bytes", [-1, 2**60])
def test_a_size_out_of_range_is_refused(world, most_bytes):
    with pytest.raises(Invalid):
        ask(world, most_bytes=most_bytes)


def test_it_takes_the_right_the_reach_and_the_location(world):
    with pytest.raises(PermissionRefused):
        ask(world, actor=world.user)
    with pytest.raises(NotFound):
        ask(world, enterprise=world.rival)
    LocationLimit.objects.filter(enterprise=world.acme).delete()
    with pytest.raises(NotFound):
        ask(world)
