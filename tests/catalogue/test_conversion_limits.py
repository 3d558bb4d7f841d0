"""Conversions against the limits of repositories: the most a file may take is held, then what it took."""

import pytest

from catalogue.formats import mib, most_bytes
from catalogue.models import Conversion, ConversionState
from catalogue.services import convert_disk, delete_conversion, register_template, retry_conversion
from catalogue.services.uploads import AnnouncedFile, request_upload
from compute.services.verification import verify_usage
from contracts.base import Failed, Succeeded
from core.errors import LimitExceeded
from events.models import Event
from infrastructure.models import LocationLimit, RemoteService
from operations.services import cancel_operation
from tenants.usage import Extent, held
from tests.at_once import all_at_once
from tests.world import MIB

OWN_MIB, VIRTUAL_MIB, WRITTEN_MIB = 3, 40, 7
MOST_MIB = mib(most_bytes(VIRTUAL_MIB * MIB))


@pytest.fixture
def template(world, datacenter):
    """A template of Acme's, of which every conversion takes WRITTEN_MIB."""
    told = {"file_size_bytes": WRITTEN_MIB * MIB, "virtual_size_bytes": VIRTUAL_MIB * MIB}
    datacenter.answers["convert_disk"] = Succeeded(output=told)
    world.host  # noqa: B018  a datacenter with a host
    return own_template(world, "vmdk")


def own_template(world, disk_format):
    sizes = {"file_size_bytes": OWN_MIB * MIB, "virtual_size_bytes": VIRTUAL_MIB * MIB}
    return register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name=disk_format,
        disk={"path": f"acme/own.{disk_format}", "format": disk_format} | sizes,
    )  # fmt: skip


def asked(world, template, wanted="qcow2"):
    return convert_disk(actor=world.admin, disk=template.disks.get(), format=wanted)


def held_mib(world) -> int:
    assert verify_usage([world.acme.pk]).differences == ()
    return held(Extent(world.acme.pk), {"repository_mib"}).repository_mib


def limit(world, hard_mib: int) -> None:
    LocationLimit.objects.filter(enterprise=world.acme).update(repository_mib_hard=hard_mib)


def test_the_most_a_conversion_may_take_is_held_and_settled_to_what_it_took(world, datacenter, template):
    assert held_mib(world) == OWN_MIB
    asked(world, template)
    assert held_mib(world) == OWN_MIB + MOST_MIB
    datacenter.work()
    assert held_mib(world) == OWN_MIB + WRITTEN_MIB


def test_the_datacenter_is_told_the_most_its_file_may_take(world, datacenter, template):
    asked(world, template)
    datacenter.work()
    (command,) = (each for each in datacenter.received if "convert_disk" in each.type)
    assert mib(command.most_bytes) == MOST_MIB


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_conversion_that_came_to_nothing_holds_nothing(world, datacenter, template, end):
    datacenter.answers["convert_disk"] = Failed(code="datastore_full", detail="no room")
    operation = asked(world, template)
    if end == "cancelled":
        datacenter.answers["convert_disk"] = Failed(code="cancelled", detail="It was cancelled.")
        cancel_operation(actor=world.admin, operation_id=operation.pk)
    datacenter.work()
    assert held_mib(world) == OWN_MIB


def test_a_conversion_without_room_is_refused_and_leaves_nothing(world, datacenter, template):
    limit(world, OWN_MIB + MOST_MIB - 1)
    with pytest.raises(LimitExceeded, match="hard limit"):
        asked(world, template)
    assert not Conversion.objects.exists()
    limit(world, OWN_MIB + MOST_MIB)
    asked(world, template)


def test_trying_again_needs_the_room_again(world, datacenter, template):
    datacenter.answers["convert_disk"] = Failed(code="datastore_full", detail="no room")
    asked(world, template)
    datacenter.work()
    limit(world, OWN_MIB + 1)
    with pytest.raises(LimitExceeded):
        retry_conversion(actor=world.admin, conversion=Conversion.objects.get())
    assert held_mib(world) == OWN_MIB


def test_of_conversions_that_do_not_fit_together_one_is_let_in(world, datacenter, template):
    limit(world, OWN_MIB + MOST_MIB + 1)
    formats = ("qcow2", "raw", "vdi", "vhdx")
    counted = all_at_once([lambda each=each: asked(world, template, each) for each in formats])
    assert counted["done"] == 1, counted
    assert held_mib(world) == OWN_MIB + MOST_MIB


def test_a_conversion_and_an_upload_never_take_the_same_room(world, datacenter, template):
    place = world.datacenter
    RemoteService.objects.filter(datacenter=place, type="APPLIANCE_MANAGER").update(
        uri="http://am.example/am"
    )
    limit(world, OWN_MIB + MOST_MIB)

    def upload():
        request_upload(
            actor=world.admin, enterprise=world.acme, datacenter=place,
            file=AnnouncedFile(MOST_MIB * MIB, name="new.qcow2"),
        )  # fmt: skip

    assert all_at_once([upload, lambda: asked(world, template)])["done"] == 1
    assert held_mib(world) == OWN_MIB + MOST_MIB


def test_a_template_comes_in_though_its_conversion_finds_no_room_and_is_converted_later(world, datacenter):
    told = {"file_size_bytes": WRITTEN_MIB * MIB, "virtual_size_bytes": VIRTUAL_MIB * MIB}
    datacenter.answers["convert_disk"] = Succeeded(output=told)
    world.host  # noqa: B018  a datacenter with a host
    limit(world, 2 * OWN_MIB)

    template = own_template(world, "vhdx")

    conversion = Conversion.objects.get()
    assert (template.state, conversion.state) == ("DONE", ConversionState.FAILED)
    assert conversion.error_code == "LIMITS_EXCEEDED"
    event = Event.objects.get(kind="template.conversion_refused")
    assert "limit" in event.data["detail"] and str(2 * OWN_MIB) not in event.data["detail"]
    assert held_mib(world) == OWN_MIB

    limit(world, 0)
    retry_conversion(actor=world.admin, conversion=conversion)
    datacenter.work()
    conversion.refresh_from_db()
    assert (conversion.state, conversion.error_code) == (ConversionState.FINISHED, "")
    assert held_mib(world) == OWN_MIB + WRITTEN_MIB


def test_a_deleted_conversion_gives_its_room_back(world, datacenter, template):
    asked(world, template)
    datacenter.work()
    delete_conversion(actor=world.admin, conversion=Conversion.objects.get())
    assert held_mib(world) == OWN_MIB + WRITTEN_MIB
    datacenter.work()
    assert not Conversion.objects.exists()
    assert held_mib(world) == OWN_MIB


def test_a_conversion_whose_file_could_not_be_deleted_is_there_and_counts_as_before(
    world, datacenter, template
):
    asked(world, template)
    datacenter.work()
    datacenter.answers["delete_template_files"] = Failed(code="template_missing", detail="leads out")
    delete_conversion(actor=world.admin, conversion=Conversion.objects.get())
    datacenter.work()
    assert Conversion.objects.get().state == ConversionState.FINISHED
    assert held_mib(world) == OWN_MIB + WRITTEN_MIB


def test_who_forgets_a_failed_conversion_is_told_of(world, datacenter, template):
    asked(world, template)
    datacenter.answers["convert_disk"] = Failed(code="damaged", detail="a hole")
    datacenter.work()
    delete_conversion(actor=world.admin, conversion=Conversion.objects.get())
    assert Conversion.objects.count() == 0
    assert Event.objects.get(kind="template.conversion_deleted").actor_id == world.admin.pk
