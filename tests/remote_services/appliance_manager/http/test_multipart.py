"""Uploads in one request, as the published clients make them."""

import json
import socket

import httpx
import pytest

from tests.remote_services.appliance_manager.http.conftest import ENTERPRISE, bearing, upload_ticket

ADDRESS = f"/erepos/{ENTERPRISE}/templates"


def send(service, ticket, *, files=None, data=None, **headers) -> httpx.Response:
    return service.client.post(ADDRESS, files=files, data=data, headers=bearing(ticket) | headers)


def test_a_file_in_one_request_is_answered_with_its_place_in_the_catalogue(service, images):
    content = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(content) + 4096, "")
    answer = send(service, ticket, files={"diskFile": ("C:\\fakepath\\debian.qcow2", content)})
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"].split("/", 7)[7]
    assert path == f"{ENTERPRISE}/{ticket.upload_id}/disk-0.qcow2"
    assert (service.root / path).read_bytes() == content
    end = service.end_of(ticket.upload_id)
    assert (end["file_name"], end["disks"][0]["path"]) == ("debian.qcow2", path)


@pytest.mark.parametrize("order", ["info first", "file first"])
def test_what_the_client_says_of_the_machine_is_passed_on(service, images, order):
    content = (images / "disk.vmdk").read_bytes()
    told = {
        "name": "Web", "requiredCpu": 2, "requiredRamInMB": 512, "osType": "DEBIAN_64",
        "loginPassword": "secret", "disks": [{"label": "x"}],
    }  # fmt: skip
    parts = [
        ("diskInfo", ("info.json", json.dumps(told).encode(), "application/json")),
        ("diskFile", ("d.vmdk", content)),
    ]
    ticket = upload_ticket(len(content) + 4096, "")
    answer = send(service, ticket, files=parts if order == "info first" else parts[::-1])
    assert answer.status_code == 201, answer.text
    assert service.end_of(ticket.upload_id)["proposal"] == {
        "name": "Web", "os_type": "DEBIAN_64", "vcpus": 2, "memory_mib": 512,
    }  # fmt: skip


@pytest.mark.parametrize(
    "info", [b"no json", b"[]", b"{" * 100_000, b'{"name": 7, "requiredCpu": "many"}', b"\xff\xfe"]
)
def test_nonsense_about_the_machine_does_not_stop_the_file(service, images, info):
    content = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(content) + 200_000, "")
    answer = send(service, ticket, files=[("diskInfo", ("i", info)), ("diskFile", ("d.qcow2", content))])
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("diskInfo", ("i", b"{}"))], 400, "UPLOAD_MULTIPART"),
        ([("diskFile", ("d.qcow2", b""))], 400, "UPLOAD_MULTIPART"),
        ([("diskFile", ("a", b"x" * 600)), ("diskFile", ("b", b"x"))], 400, "UPLOAD_MULTIPART"),
        ([("diskFile", ("d.qcow2", b"no image" * 100))], 422, "format_mismatch"),
        ([("diskInfo", ("i", b" " * 2_000_000))], 413, "UPLOAD_MULTIPART"),
    ],
)
def test_what_can_not_be_a_template_is_refused_and_leaves_nothing(service, files, status, code):
    ticket = upload_ticket(10_000_000, "")
    answer = send(service, ticket, files=files)
    assert (answer.status_code, answer.json()["collection"][0]["code"]) == (status, code)
    assert service.end_of(ticket.upload_id)["type"] == "upload_failed.v1"
    service.wait_for(lambda: service.files() == [])


def test_a_request_that_breaks_off_leaves_nothing(service):
    ticket = upload_ticket(1_000_000, "")
    with socket.create_connection(("127.0.0.1", service.port)) as line:
        head = [f"POST /am{ADDRESS} HTTP/1.1", "Host: x", "Content-Length: 1000000"]
        head += ["Content-Type: multipart/form-data; boundary=b"]
        head += [f"{name}: {value}" for name, value in bearing(ticket).items()]
        body = '--b\r\nContent-Disposition: form-data; name="diskFile"; filename="d.raw"\r\n\r\n' + "x" * 5000
        line.sendall(("\r\n".join([*head, "", ""]) + body).encode())
    assert service.end_of(ticket.upload_id)["code"] == "upload_incomplete"
    service.wait_for(lambda: service.files() == [])


def test_a_request_without_a_length_or_that_is_no_form_is_refused_at_once(service):
    ticket = upload_ticket(1000, "")
    endless = service.client.post(
        ADDRESS, content=iter([b"x"]),
        headers=bearing(ticket) | {"Content-Type": "multipart/form-data; boundary=b"},
    )  # fmt: skip
    assert endless.status_code == 411
    assert service.client.post(ADDRESS, content=b"x", headers=bearing(ticket)).status_code == 415


def test_a_ticket_for_one_enterprise_opens_no_other(service):
    ticket = upload_ticket(10_000, "", enterprise_id=ENTERPRISE + 1)
    assert send(service, ticket, files={"diskFile": ("d", b"x")}).status_code == 403
