"""The published Python client, unmodified, converts disks, adds and removes some, and uploads a package to a
real appliance manager, of which plain HTTP does the sending."""

import json
import time

import httpx
import pytest

from catalogue.services import register_template, repository_of
from catalogue.services.observing import observe
from contracts.uploads import UploadFinished
from contracts.vocabulary import DiskFormat
from infrastructure.services import register_remote_service
from remote_services.images import PackageDisk, PackageFacts, Subformat, write_package
from tests.clients.test_abiquo_api import JSON, body_of, connect, expect, follow_task, href
from tests.clients.test_abiquo_api import server as server  # noqa: PLC0414  fixture
from tests.clients.test_abiquo_api_catalogue import found_by
from tests.peers.server import free_port
from tests.remote_services.service_process import ServiceProcess
from tests.world import MIB, PASSWORD

START_SECONDS = 60
DISK = {"format": "qcow2", "file_size_bytes": 16 * MIB, "virtual_size_bytes": 40 * MIB}


@pytest.fixture
def own(server, world):
    """A template of Acme's own."""
    return register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="Debian",
        disk=DISK | {"path": "debian.qcow2"},
    )  # fmt: skip


@pytest.fixture
def appliance_manager(server, world, tmp_path):
    """A real one: its process, its repository, and the address it tells clients."""
    repository_of(world.datacenter)
    port, root = free_port(), tmp_path / "repository"
    root.mkdir()
    uri = f"http://127.0.0.1:{port}/am"
    register_remote_service(actor=None, datacenter=world.datacenter, type="APPLIANCE_MANAGER", uri=uri)
    environment = {
        "ATRIUM_BROKER_URL": f"redis+socket://{tmp_path}/nobody.sock",
        "ATRIUM_DATACENTER_ID": str(world.datacenter.uuid), "ATRIUM_DATACENTER_KEY": world.datacenter.key,
        "ATRIUM_STATE_DIR": str(tmp_path / "state"), "ATRIUM_REPOSITORY_DIR": str(root),
        "ATRIUM_APPLIANCE_LISTEN": f"tcp://127.0.0.1:{port}",
        "ATRIUM_SERVER_URL": server.removesuffix("/api"),
    }  # fmt: skip
    service = ServiceProcess(
        "remote_services.appliance_manager.http", environment=environment, log=tmp_path / "log"
    )
    service.start()
    deadline = time.monotonic() + START_SECONDS
    while not answers(uri):
        assert time.monotonic() < deadline, service.log.read_text()[-2000:]
        time.sleep(0.1)
    yield tmp_path
    service.stop()


def answers(uri: str) -> bool:
    try:
        return httpx.get(f"{uri}/check", trust_env=False).is_success
    except httpx.HTTPError:
        return False


def package(folder) -> bytes:
    disk = folder / "disk.raw"
    disk.write_bytes(b"\xeb\x3c" + bytes(508) + b"\x55\xaa" + bytes(MIB - 512))
    described = PackageDisk(
        label="disk", file_name="disk.raw", format=DiskFormat.RAW, subformat=Subformat.PLAIN,
        capacity_bytes=MIB,
    )  # fmt: skip
    facts = PackageFacts(name="Shop", cpu_count=2, memory_mib=256, disks=(described,))
    return b"".join(write_package(facts, {"disk.raw": disk}))


def test_a_disk_is_converted_and_the_task_is_followed(server, world, own, datacenter):
    (template,) = list(found_by(server, "anna", path="debian.qcow2"))
    conversions = template.follow("conversions")
    assert len(expect(200, conversions.get())) == 0
    asked = httpx.put(
        f"{href(template, 'conversions')}/VMDK_STREAM_OPTIMIZED", auth=("anna", PASSWORD),
        json={"targetFormat": "VMDK_STREAM_OPTIMIZED"}, trust_env=False,
        headers={"Content-Type": JSON.format("conversion"), "Accept": JSON.format("acceptedrequest")},
    )  # fmt: skip
    assert asked.status_code == 202

    (conversion,) = list(expect(200, template.follow("conversions").get(params={"state": "ENQUEUED"})))
    task = expect(200, conversion.follow("lasttask").get())
    assert (task.type, task.state) == ("CONVERT_DISK", "STARTED")
    datacenter.work()
    assert expect(200, task.refresh()).state == "FINISHED_SUCCESSFULLY"

    done = expect(200, conversion.follow("edit").get())
    assert (done.state, done.sourceFormat, done.targetFormat) == (
        "FINISHED", "QCOW2_SPARSE", "VMDK_STREAM_OPTIMIZED",
    )  # fmt: skip
    code, error = conversion.follow("edit").put(**body_of("conversion", {"targetFormat": done.targetFormat}))
    assert (code, error.json["collection"][0]["code"]) == (409, "CONVERSION-4")


def test_an_empty_disk_is_added_renamed_and_deleted(server, world, own):
    (template,) = list(found_by(server, "anna", path="debian.qcow2"))
    new = {"label": "data", "sequence": 1, "hdRequired": 512, "diskControllerType": "SATA"}
    disk = expect(201, template.follow("disks").post(**body_of("disk", new)))
    assert (disk.label, disk.diskFileSize, disk.diskControllerType) == ("data", 0, "SATA")
    disk.json["label"] = "more data"
    changed = expect(200, disk.follow("edit").put(**body_of("disk", disk.json)))
    assert changed.label == "more data"
    assert [each.label for each in expect(200, template.follow("disks").get())] == ["", "more data"]
    assert disk.follow("edit").delete() == (204, None)


def test_a_disk_is_copied_into_another_template(server, world, own, datacenter):
    other = register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="Other",
        disk=DISK | {"path": "other.qcow2"},
    )  # fmt: skip
    (template,) = list(found_by(server, "anna", path="other.qcow2"))
    (source,) = list(found_by(server, "anna", path="debian.qcow2"))
    (disk,) = list(expect(200, source.follow("disks").get()))
    request = {
        "sequence": 0, "newSequence": 1, "diskFileSize": disk.diskFileSize,
        "links": [{"rel": "edit", "href": href(disk, "edit")}],
    }  # fmt: skip
    headers = {"Content-Type": JSON.format("diskrequest"), "Accept": JSON.format("acceptedrequest")}
    accepted = expect(202, template.follow("disks").post(headers=headers, data=json.dumps(request)))
    task = follow_task(accepted, datacenter)
    assert (task.type, task.state) == ("COPY_DISK", "FINISHED_SUCCESSFULLY")
    assert other.disks.count() == 2


def test_a_package_is_uploaded_as_clients_do_found_by_its_path_and_converted(
    server, world, appliance_manager, datacenter
):
    api = connect(server, "anna")
    enterprise = expect(200, api.login.get(headers={"Accept": JSON.format("user")})).follow("enterprise")
    repositories = expect(200, expect(200, enterprise.get()).follow("datacenterrepositories").get())
    address = href(next(iter(repositories)), "applianceManagerRepositoryUri") + "/templates"
    told = {"name": "Shop", "requiredCpu": 2, "requiredRamInMB": 256, "ethernetDriverType": "E1000"}

    sent = httpx.post(
        address, auth=("anna", PASSWORD), trust_env=False, timeout=60,
        files={"diskInfo": (None, json.dumps(told)), "diskFile": ("shop.ova", package(appliance_manager))},
    )  # fmt: skip
    assert sent.status_code == 201, sent.text
    for file in (appliance_manager / "state" / "announcements").glob("*.json"):
        observe(UploadFinished.model_validate_json(file.read_text()))

    path = "/".join(sent.headers["Location"].split("/")[7:])
    (template,) = list(found_by(server, "anna", path=path))
    assert (template.name, template.cpuRequired, template.ethernetDriverType) == ("Shop", 2, "E1000")
    (disk,) = list(expect(200, template.follow("disks").get()))
    assert (disk.path, disk.diskFormatType) == (path, "RAW")
    assert httpx.get(href(disk, "diskfile"), trust_env=False).status_code in (401, 403)
