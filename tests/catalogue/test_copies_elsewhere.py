"""Copying a template to another datacenter, whose appliance manager fetches the files."""

from urllib.parse import parse_qs, urlsplit

import pytest

from catalogue.models import Template
from catalogue.services import copy_template, delete_template, register_template
from catalogue.services.relocation import WantedCopy
from catalogue.services.usage import repositories_held
from contracts.base import Failed
from contracts.signing import message_of
from contracts.uploads import DownloadTicket
from contracts.vocabulary import Service
from core.errors import Conflict, Invalid, LimitExceeded, NotFound, PermissionRefused
from infrastructure.models import LocationLimit
from infrastructure.services import create_datacenter, open_to, register_remote_service
from operations.models import OperationStatus
from operations.services import cancel_operation
from tenants.usage import Extent
from tests.api_user import ApiUser, link
from tests.browsing import browser_of
from tests.loopback import LoopbackDatacenter
from tests.world import MIB

URI = "https://north.invalid/am"


@pytest.fixture
def south(world, datacenter):
    """Another datacenter that the provider may use."""
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=URI)
    found = create_datacenter(actor=None, name="South")
    for each in (world.datacenter, found):
        open_to(actor=None, datacenter=each, enterprise=world.provider)
    return found


@pytest.fixture
def there(south):
    return LoopbackDatacenter(south)


@pytest.fixture
def template(world, south):
    disk = {"path": "1/a/disk 0.vmdk", "format": "vmdk", "file_size_bytes": 5 * MIB}
    return register_template(
        actor=None, enterprise=world.provider, datacenter=world.datacenter, name="Debian",
        os_type="DEBIAN_64", disk=disk | {"virtual_size_bytes": 40 * MIB, "sha256": "ef" * 32},
    )  # fmt: skip


def copy(world, template, south, **options):
    actor = options.pop("actor", world.cloud_admin)
    return copy_template(actor=actor, template=template, wanted=WantedCopy(south, **options))


def held_there(world, south) -> int:
    return repositories_held(Extent(world.provider.pk, south.pk)).repository_mib


def copies_in(south):
    return Template.objects.filter(repository__datacenter=south)


def test_the_other_datacenter_fetches_with_a_ticket_for_each_file(world, template, south, there):
    operation = copy(world, template, south)
    assert held_there(world, south) == 5
    (command,) = there.take(Service.APPLIANCE_COPY)
    (file,) = command.files
    address = urlsplit(file.url)
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{URI}/files/1/a/disk%200.vmdk"
    token = parse_qs(address.query)["ticket"][0]
    assert message_of(token, world.datacenter.key, DownloadTicket).path == "1/a/disk 0.vmdk"
    assert (file.sha256, file.size_bytes) == ("ef" * 32, 5 * MIB)
    there.answer(command)

    made = copies_in(south).get()
    assert (made.name, made.state, made.os_type, made.master) == ("Debian", "DONE", "DEBIAN_64", None)
    assert [disk.path for disk in made.disks.all()] == there.copies[made.uuid]
    operation.refresh_from_db()
    assert (operation.status, held_there(world, south)) == (OperationStatus.SUCCEEDED, 3)


def test_the_source_stays_while_it_is_fetched(world, template, south):
    copy(world, template, south)
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.cloud_admin, template=template)
    assert refused.value.code == "VIMAGE-31"


def test_a_copy_that_fails_or_is_cancelled_leaves_nothing_there(world, template, south, there):
    there.answers["fetch_template_files"] = Failed(code="checksum", detail="…")
    failed = copy(world, template, south)
    there.work()
    failed.refresh_from_db()
    assert (failed.status, failed.error["code"]) == (OperationStatus.FAILED, "checksum")

    cancelled = copy(world, template, south)
    (command,) = there.take(Service.APPLIANCE_COPY)
    cancel_operation(actor=world.cloud_admin, operation_id=cancelled.id)
    there.answer(command, Failed(code="cancelled", detail="It was cancelled."))
    there.work()
    cancelled.refresh_from_db()
    assert cancelled.status == OperationStatus.CANCELLED
    assert (copies_in(south).count(), there.copies, held_there(world, south)) == (0, {}, 0)


def test_who_may_not_or_has_no_place_there_copies_nothing(world, template, south):
    with pytest.raises(PermissionRefused):
        copy(world, template, south, actor=world.admin)
    with pytest.raises(Invalid) as refused:
        copy(world, template, world.datacenter)
    assert refused.value.code == "VIMAGE-3"
    limit = LocationLimit.objects.get(enterprise=world.provider, datacenter=south)
    limit.repository_mib_soft = limit.repository_mib_hard = 4
    limit.save()
    with pytest.raises(LimitExceeded):
        copy(world, template, south)
    limit.delete()
    with pytest.raises(NotFound):
        copy(world, template, south)
    assert not copies_in(south).exists()


def test_a_template_is_copied_by_rest_to_the_repository_that_is_asked(world, template, south, there):
    root = ApiUser(world.cloud_admin.nick)
    places = f"/api/admin/enterprises/{world.provider.pk}/datacenterrepositories"
    source = f"{places}/{world.datacenter.pk}/virtualmachinetemplates/{template.pk}"
    copy(world, template, south)
    there.work()
    answer = root.post(
        f"{places}/{south.pk}/virtualmachinetemplates",
        {"promotedName": "Debian there", "links": [{"rel": "virtualmachinetemplate", "href": source}]},
        content_type="application/vnd.abiquo.virtualmachinetemplaterequest+json",
    )
    assert answer.status_code == 202, answer.content
    there.work()
    task = root.get(link(answer, "status")).json()
    assert (task["type"], task["state"]) == ("EXPORT_TEMPLATE_TO_PRIVATE", "FINISHED_SUCCESSFULLY")
    assert root.get(link(task, "result")).json()["name"] == "Debian there"


def test_the_page_of_a_template_offers_other_locations_and_says_why_not(world, template, south, there):
    root = browser_of(world.cloud_admin)
    page = root.get(f"/catalogue/{template.pk}/download/").content.decode()
    assert "Copy to another location" in page
    dialog = root.get(f"/catalogue/{template.pk}/copy/").content.decode()
    assert "South" in dialog
    assert "North" not in dialog

    sent = root.post(f"/catalogue/{template.pk}/copy/", {"name": "Debian", "location": south.pk})
    assert sent.status_code == 200
    there.work()
    made = copies_in(south).get()
    assert sent.headers["HX-Redirect"] == f"/catalogue/{made.pk}/"
    refused = root.post(
        f"/catalogue/{template.pk}/copy/", {"name": "Debian", "location": world.datacenter.pk}
    )
    assert "There is no such location" in refused.content.decode()
