"""Conversions, empty disks and copies of disks in the REST dialect."""

import pytest

from catalogue import services
from catalogue.api.format_words import dialect_format, meant_by
from catalogue.formats import WRITABLE
from catalogue.models import Conversion
from contracts.base import Failed
from infrastructure.models import Host
from tests.api_user import ApiUser, codes
from tests.catalogue.offers import disk
from tests.catalogue.test_api_tasks import at, rels

TYPE = "application/vnd.abiquo.{}+json"


@pytest.fixture
def place(world, offers):
    """Acme's template, and the administrator who changes it."""
    assert world.admin.pk and world.viewer.pk
    return at(offers.template)


@pytest.fixture
def several(world, offers):
    assert world.admin.pk
    template = services.register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="Two",
        disk=[disk("boot.qcow2"), disk("data.qcow2")],
    )  # fmt: skip
    return at(template), [each.pk for each in template.disks.all()]


def test_every_format_that_is_written_has_one_word_of_its_own():
    named = [dialect_format(*each) for each in WRITABLE]
    assert len(set(named)) == len(named)
    assert [meant_by(word) for word in named] == list(WRITABLE)
    assert meant_by("vhdx_flat") and not meant_by("ISO") and not meant_by("QCOW2_STREAM_OPTIMIZED")


def test_a_disk_is_converted_followed_and_found_in_its_new_format(world, place, datacenter):
    anna, address = ApiUser("anna"), f"{place}/conversions/VMDK_STREAM_OPTIMIZED"
    assert anna.get(address).status_code == 404

    answer = anna.put(
        address, {"targetFormat": "VMDK_STREAM_OPTIMIZED"}, content_type=TYPE.format("conversion")
    )
    assert answer.status_code == 202
    status = rels(answer.json())["status"]
    assert f"{address}/tasks/" in status
    queued = anna.get(address).json()
    assert (queued["state"], queued["sourceFormat"]) == ("ENQUEUED", "QCOW2_SPARSE")
    datacenter.work()

    done = anna.get(address).json()
    assert (done["state"], done["targetFormat"]) == ("FINISHED", "VMDK_STREAM_OPTIMIZED")
    assert done["targetSizeInBytes"] == 1024 and done["targetPath"].endswith(".vmdk")
    assert rels(done)["edit"].endswith(address) and rels(done)["lasttask"] == status
    task = anna.get(status).json()
    assert (task["state"], task["type"]) == ("FINISHED_SUCCESSFULLY", "CONVERT_DISK")
    assert [job["type"] for job in task["jobs"]["collection"]] == ["DISK_CONVERSION"]
    (command,) = (each for each in datacenter.received if "convert_disk" in each.type)
    assert (command.target_format, command.stream_optimized, command.flat) == ("vmdk", True, False)


def test_only_what_failed_is_put_again(world, place, datacenter):
    anna, address = ApiUser("anna"), f"{place}/conversions/VHD_FLAT"
    datacenter.answers["convert_disk"] = Failed(code="datastore_full", detail="no room")
    anna.put(address)
    assert codes(anna.put(address)) == ["CONVERSION-4"]
    datacenter.work()
    assert anna.get(address).json()["error"].startswith("datastore_full")
    failed = rels(anna.get(address).json())["lasttask"]
    assert anna.post(f"{failed}/action/ack").status_code == 204

    del datacenter.answers["convert_disk"]
    assert anna.put(address).status_code == 202
    datacenter.work()
    assert codes(anna.put(address)) == ["CONVERSION-4"]
    assert len(anna.get(f"{address}/tasks").json()["collection"]) == 2


@pytest.mark.parametrize(
    ("word", "body", "code"),
    [
        ("ZIP", None, "CONVERSION-0"),
        ("VMDK_FLAT", None, "CONVERSION-10"),
        ("QCOW2_SPARSE", None, "CONVERSION-3"),
        ("RAW", {"targetFormat": "VDI_FLAT"}, "CONVERSION-10"),
    ],
)
def test_what_cannot_be_is_refused(world, place, datacenter, word, body, code):
    answer = ApiUser("anna").put(f"{place}/conversions/{word}", body)
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert not Conversion.objects.exists()


def test_conversions_are_narrowed_by_state_and_hypervisor(world, place, datacenter):
    anna = ApiUser("anna")
    anna.put(f"{place}/conversions/VHDX_SPARSE")
    datacenter.work()
    anna.put(f"{place}/conversions/RAW")

    def found(query: str) -> list[str]:
        listed = anna.get(f"{place}/conversions{query}").json()["collection"]
        return [each["targetFormat"] for each in listed]

    assert found("") == ["RAW", "VHDX_SPARSE"]
    assert found("?state=ENQUEUED") == ["RAW"] and found("?state=finished,failed") == ["VHDX_SPARSE"]
    assert found("?hypervisor=KVM") == ["RAW"] and found("?hypervisor=HYPERV_301") == ["VHDX_SPARSE"]
    assert codes(anna.get(f"{place}/conversions?hypervisor=ABACUS")) == ["GEN-22"]


def test_what_the_hypervisors_need_is_begun_by_posting_nothing(world, place, offers, datacenter):
    anna = ApiUser("anna")
    assert anna.post(f"{place}/conversions").json()["collection"] == []
    world.host  # noqa: B018  a datacenter with a host
    Host.objects.update(hypervisor_type="VMX_04")
    answer = anna.post(f"{place}/conversions")
    assert answer.status_code == 201
    assert [each["targetFormat"] for each in answer.json()["collection"]] == ["VMDK_SPARSE"]
    assert anna.post(f"{place}/conversions").json()["collection"] == []


def test_a_template_with_several_disks_is_converted_disk_by_disk(world, several, datacenter):
    anna, (template, (boot, data)) = ApiUser("anna"), several
    assert codes(anna.put(f"{template}/conversions/RAW")) == ["VIMAGE-44"]
    address = f"{template}/disks/{data}/conversions/RAW"
    assert anna.put(address).status_code == 202
    datacenter.work()
    (listed,) = anna.get(f"{template}/conversions").json()["collection"]
    assert rels(listed)["edit"].endswith(address)
    assert anna.get(f"{template}/disks/{boot}/conversions").json()["collection"] == []
    tasks = anna.get(f"{template}/disks/{data}/tasks").json()["collection"]
    assert [each["type"] for each in tasks] == ["CONVERT_DISK"]
    assert rels(tasks[0])["result"].endswith(f"{template}/disks/{data}")
    assert anna.get(f"{template}/disks/{boot}/tasks").json()["collection"] == []


def test_a_conversion_is_deleted(world, place, datacenter):
    anna, address = ApiUser("anna"), f"{place}/conversions/RAW"
    anna.put(address)
    assert codes(anna.delete(address)) == ["VIMAGE-30"]
    datacenter.work()
    assert anna.delete(address).status_code == 204
    datacenter.work()
    assert anna.get(address).status_code == 404


def test_who_may_only_look_converts_nothing(world, place, datacenter):
    vera = ApiUser("vera")
    assert vera.put(f"{place}/conversions/RAW").status_code == 403
    assert vera.post(f"{place}/conversions").status_code == 403
    assert vera.get(f"{place}/conversions").status_code == 200


def test_an_empty_disk_is_added_changed_and_deleted(world, place):
    anna = ApiUser("anna")
    body = {"label": "data", "sequence": 3, "hdRequired": 50, "bootable": False, "diskControllerType": "SCSI",
            "diskController": "lsilogic"}  # fmt: skip
    made = anna.post(f"{place}/disks", body, content_type=TYPE.format("disk"))
    assert made.status_code == 201
    told = made.json()
    assert told | body | {"diskFileSize": 0, "diskFormatType": "RAW", "state": "DONE"} == told
    assert "path" not in told and "diskfile" not in rels(told)

    edit = rels(told)["edit"]
    assert made["Location"] == edit
    assert anna.put(edit, {"label": "more"}).json()["label"] == "more"
    assert anna.delete(edit).status_code == 204
    assert anna.get(edit).status_code == 404
    assert codes(anna.post(f"{place}/disks", {"label": "no size"})) == ["DISK-5"]


def test_a_disk_is_copied_by_a_request_for_one(world, place, several, datacenter):
    anna, (template, (boot, _data)) = ApiUser("anna"), several
    body = {"sequence": 0, "newSequence": 1, "diskFileSize": 1, "bootable": False,
            "links": [{"rel": "edit", "href": f"{template}/disks/{boot}"}]}  # fmt: skip
    answer = anna.post(f"{place}/disks", body, content_type=TYPE.format("diskrequest"))
    assert answer.status_code == 202
    datacenter.work()
    task = anna.get(rels(answer.json())["status"]).json()
    assert (task["state"], task["type"]) == ("FINISHED_SUCCESSFULLY", "COPY_DISK")
    disks = anna.get(f"{place}/disks").json()["collection"]
    assert [(each["sequence"], each["state"]) for each in disks] == [(0, "DONE"), (1, "DONE")]


def test_a_disk_of_somebody_else_is_not_copied(world, place, offers):
    theirs = offers.own_template("theirs", enterprise=world.rival)
    href = f"{at(theirs)}/disks/{theirs.disks.get().pk}"
    body = {"newSequence": 1, "links": [{"rel": "edit", "href": href}]}
    answer = ApiUser("anna").post(f"{place}/disks", body, content_type=TYPE.format("diskrequest"))
    assert (answer.status_code, codes(answer)) == (404, ["DISK-3"])


def test_a_template_that_is_bound_to_nothing_is_not_moved(world, place, offers):
    vdc = world.virtual_datacenter(world.admin, "there")
    links = [{"rel": "virtualdatacenter", "href": f"/api/cloud/virtualdatacenters/{vdc.pk}"}]
    answer = ApiUser("anna").put(f"{place}/action/move", {"links": links}, content_type=TYPE.format("links"))
    assert (answer.status_code, codes(answer)) == (409, ["VIMAGE-52"])


def test_a_repository_tells_its_last_look_when_asked(world, place, datacenter):
    anna = ApiUser("anna")
    repository = place.partition("/virtualmachinetemplates")[0]
    assert "last_task" not in anna.get(f"{repository}?expand=last_task&usage=true").json()
    anna.put(f"{repository}/actions/refresh")
    told = anna.get(f"{repository}?expand=last_task").json()["last_task"]
    assert (told["type"], told["state"]) == ("REFRESH_REPOSITORY", "STARTED")
    assert anna.get(rels(told)["self"]).status_code == 200
    assert "last_task" not in anna.get(repository).json()


def test_templates_of_a_virtual_datacenter_are_narrowed(world, place, offers):
    vdc = world.virtual_datacenter(world.admin, "there")
    anna, address = ApiUser("anna"), f"/api/cloud/virtualdatacenters/{vdc.pk}/action/templates"

    def found(**query: str) -> set[str]:
        words = "&".join(f"{name}={value}" for name, value in query.items())
        return {each["name"] for each in anna.get(f"{address}?{words}").json()["collection"]}

    everything = found()
    assert "Debian" in everything
    offers.template.disks.update(format="vmdk")
    assert found(diskformattypes="VMDK_SPARSE,VDI_FLAT") == {"Debian"}
    assert found(idTemplate=str(offers.template.pk)) == found(has="debi") == {"Debian"}
    assert found(boot="true", external="false", imported="false", stateful="ALL") == everything
    assert not found(boot="false") | found(external="true") | found(imported="true") | found(stateful="USED")
    assert len(found(limit="1")) == 1
