"""Uploads that continue where they broke off, and what becomes of those that never end."""

import asyncio
import base64
import hashlib
import json
import random
import resource
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from starlette.requests import Request

from remote_services.appliance_manager import staging
from remote_services.appliance_manager.http.receiving import BATCH_BYTES, Writers, batches
from remote_services.appliance_manager.intake import Intake
from tests.remote_services.appliance_manager.http.conftest import (
    ENTERPRISE,
    TUS,
    bearing,
    upload_ticket,
)


def sending(chunks: list[bytes]) -> Request:
    left = list(chunks)

    async def receive() -> dict:
        await asyncio.sleep(0)
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    return Request({"type": "http", "method": "PATCH", "headers": []}, receive)


FORMATS = {"qcow2": "qcow2", "vmdk": "vmdk", "vdi": "vdi", "vhd": "vpc", "vhdx": "vhdx", "raw": "raw"}


def test_a_file_becomes_a_template_of_its_format_under_our_names(service, images):
    for suffix, disk_format in FORMATS.items():
        data = (images / f"disk.{suffix}").read_bytes()
        ticket = upload_ticket(len(data), f"../../evil name.{suffix}")
        end = service.upload(ticket, data)
        assert end["type"] == "upload_finished.v1", end
        [disk] = end["disks"]
        assert disk["path"] == f"{ENTERPRISE}/{ticket.upload_id}/disk-0.{disk_format}"
        assert disk["format"] == disk_format
        assert disk["sha256"] == hashlib.sha256(data).hexdigest()
        assert (service.root / disk["path"]).read_bytes() == data
    service.wait_for(lambda: not any(name.startswith(".") for name in service.files()))


def test_an_upload_cut_at_half_continues_from_there(service, images):
    data = (images / "disk.raw").read_bytes()
    ticket = upload_ticket(len(data), "disk.raw")
    service.begin(ticket)
    half = len(data) // 2
    with socket.create_connection(("127.0.0.1", service.port)) as line:
        head = [f"PATCH /am/uploads/{ticket.upload_id} HTTP/1.1", "Host: x", "Tus-Resumable: 1.0.0"]
        head += [f"Content-Length: {len(data)}", "Upload-Offset: 0"]
        head += ["Content-Type: application/offset+octet-stream"]
        head += [f"{name}: {value}" for name, value in bearing(ticket).items()]
        line.sendall("\r\n".join([*head, "", ""]).encode() + data[:half])
    arrived = service.wait_for(lambda: service.offset(ticket))
    assert 0 < arrived <= half
    assert service.send(ticket, arrived, data[arrived:]).status_code == 204
    assert service.end_of(ticket.upload_id)["disks"][0]["sha256"] == hashlib.sha256(data).hexdigest()


def test_who_comes_later_takes_over_from_a_connection_that_only_seems_alive(service, images):
    data = (images / "disk.raw").read_bytes()
    ticket = upload_ticket(len(data), "disk.raw")
    service.begin(ticket)
    with socket.create_connection(("127.0.0.1", service.port)) as line:
        head = [f"PATCH /am/uploads/{ticket.upload_id} HTTP/1.1", "Host: x", "Tus-Resumable: 1.0.0"]
        head += [f"Content-Length: {len(data)}", "Upload-Offset: 0"]
        head += ["Content-Type: application/offset+octet-stream"]
        head += ["Expect: 100-continue", *(f"{name}: {value}" for name, value in bearing(ticket).items())]
        line.sendall("\r\n".join([*head, "", ""]).encode())
        assert b"100 Continue" in line.recv(1000)
        line.sendall(data[:100])
        arrived = service.offset(ticket)
        answer = service.send(ticket, arrived, data[arrived : arrived + 10])
    assert arrived in (0, 100)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(arrived + 10))


@pytest.mark.parametrize("comers", range(2, 7))
def test_each_who_comes_later_has_those_before_stopped_and_one_has_the_turn(comers):
    writers, upload_id, now, most = Writers(), uuid4(), 0, 0

    async def come() -> None:
        nonlocal now, most
        async with writers.writing(upload_id) as stop:
            now += 1
            most = max(most, now)
            await asyncio.wait_for(stop.wait(), 30)
            now -= 1

    async def all_come() -> None:
        tasks = []
        for _comer in range(comers):
            tasks.append(asyncio.create_task(come()))
            await asyncio.sleep(0)
        *earlier, last = tasks
        await asyncio.gather(*earlier)
        assert not last.done()
        last.cancel()

    asyncio.run(all_come())
    assert most == 1


def test_an_upload_survives_the_process(service, images, tmp_path):
    data = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(data))
    service.begin(ticket)
    service.send(ticket, 0, data[:1000])
    other = Intake(service.root, service.announcer)
    upload = other.staging.find(ticket.upload_id)
    assert upload.offset == 1000
    upload.append(data[1000:])
    other.tidy()
    assert service.end_of(ticket.upload_id)["disks"][0]["sha256"] == hashlib.sha256(data).hexdigest()


def test_what_was_taken_in_and_not_told_is_told_by_the_next_process(service, images):
    data = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(data))
    first = service.upload(ticket, data)
    # Its end is told before the last of it is put away.
    service.wait_for(lambda: service.intake.staging.find(ticket.upload_id) is None)
    left = service.intake.staging.take(ticket)
    left.append(data)
    record = service.root / str(ENTERPRISE) / str(ticket.upload_id) / "upload.json"
    record.write_text(json.dumps(first))
    Intake(service.root, service.announcer).tidy()
    assert [first, first] == service.announcements(ticket.upload_id)
    assert service.files() == [first["disks"][0]["path"]]


def test_a_ticket_that_was_used_up_neither_sends_nor_destroys_again(service, images):
    data = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(data))
    [disk] = service.upload(ticket, data)["disks"]
    service.wait_for(lambda: service.files() == [disk["path"]])
    answer = service.begin(ticket)
    assert (answer.status_code, answer.json()["collection"][0]["code"]) == (410, "upload_over")
    gone = service.client.delete(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket))
    assert gone.status_code == 404
    assert service.files() == [disk["path"]]


def test_an_upload_is_taken_in_by_one_at_a_time(service, images):
    data = (images / "disk.qcow2").read_bytes()
    ticket = upload_ticket(len(data))
    service.begin(ticket)
    upload = service.intake.staging.find(ticket.upload_id)
    upload.append(data)
    with ThreadPoolExecutor(8) as pool:
        for _turn in range(8):
            pool.submit(service.intake.finish_quietly, upload)
    assert {each["type"] for each in service.announcements(ticket.upload_id)} == {"upload_finished.v1"}
    assert len(service.files()) == 1


def test_an_abandoned_upload_is_thrown_away_after_its_time(service):
    ticket = upload_ticket(1000, open_until=datetime.now(UTC) - timedelta(seconds=1))
    service.intake.staging.take(ticket).append(b"x" * 400)
    service.intake.tidy()
    end = service.end_of(ticket.upload_id)
    assert (end["type"], end["code"]) == ("upload_failed.v1", "upload_expired")
    assert "400 of 1000 bytes" in end["detail"]
    assert service.files() == []


def test_a_renewed_ticket_keeps_an_upload_open(service):
    ticket = upload_ticket(1000, open_until=datetime.now(UTC) + timedelta(minutes=10))
    service.begin(ticket)
    later = ticket.model_copy(update={"open_until": datetime.now(UTC) + timedelta(hours=9)})
    service.offset(later)
    again = Intake(service.root, service.announcer).staging.find(ticket.upload_id)
    assert again.ticket.open_until == later.open_until


def test_an_upload_that_is_given_up_leaves_nothing(service):
    ticket = upload_ticket(1000)
    service.begin(ticket)
    service.send(ticket, 0, b"x" * 400)
    gone = service.client.delete(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket))
    assert gone.status_code == 204
    assert service.end_of(ticket.upload_id)["code"] == "cancelled"
    assert service.files() == []
    answer = service.client.head(f"/uploads/{ticket.upload_id}", headers=TUS | bearing(ticket))
    assert answer.status_code == 404


def test_a_piece_with_a_wrong_checksum_is_as_if_never_sent(service):
    ticket = upload_ticket(20)
    service.begin(ticket)
    good, bad = (
        base64.b64encode(hashlib.sha256(text).digest()).decode() for text in (b"0123456789", b"other")
    )
    assert service.send(ticket, 0, b"0123456789", **{"Upload-Checksum": f"sha256 {good}"}).status_code == 204
    assert service.send(ticket, 10, b"0123456789", **{"Upload-Checksum": f"sha256 {bad}"}).status_code == 460
    assert service.offset(ticket) == 10


def test_a_file_with_another_checksum_than_announced_is_refused(service, images):
    data = (images / "disk.qcow2").read_bytes()
    end = service.upload(upload_ticket(len(data), sha256="0" * 64), data)
    assert end["code"] == "checksum" and "0" * 64 in end["detail"]
    service.wait_for(lambda: service.files() == [])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.qcow2", b"just text, no image at all" * 100, "format_mismatch"),
        ("disk.vmdk", b'# Disk DescriptorFile\nRW 63 FLAT "/etc/passwd" 0\n' + bytes(600), "foreign_extent"),
        ("disk.tar.gz", b"\x1f\x8b\x08" + bytes(1000), "unknown_format"),
        ("machine.ovf", b"<Envelope/>" + bytes(1000), "unknown_format"),
    ],
)
def test_a_hostile_or_senseless_file_is_refused_with_its_reason_and_removed(service, name, content, code):
    end = service.upload(upload_ticket(len(content), name), content)
    assert (end["type"], end["code"]) == ("upload_failed.v1", code), end
    assert len(end["detail"]) > 20
    service.wait_for(lambda: service.files() == [])


def test_the_same_file_twice_becomes_two_templates(service, images):
    data = (images / "disk.qcow2").read_bytes()
    paths = {service.upload(upload_ticket(len(data)), data)["disks"][0]["path"] for _turn in range(2)}
    assert len(paths) == 2


def test_beginning_twice_finds_the_upload_as_far_as_it_is(service):
    ticket = upload_ticket(1000)
    service.begin(ticket)
    service.send(ticket, 0, b"x" * 400)
    again = service.begin(ticket)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "400")


def test_more_bytes_than_announced_are_refused(service):
    ticket = upload_ticket(10)
    service.begin(ticket)
    assert service.send(ticket, 0, b"x" * 11).status_code == 413
    assert service.offset(ticket) == 0


def test_bytes_for_another_place_in_the_file_are_refused(service):
    ticket = upload_ticket(10)
    service.begin(ticket)
    answer = service.send(ticket, 5, b"x")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0")


def test_a_file_larger_than_the_repository_is_refused_before_it_comes(service):
    answer = service.begin(upload_ticket(2**60))
    assert answer.status_code == 507
    assert "MiB more" in answer.json()["collection"][0]["message"]
    assert service.files() == []


def test_room_promised_to_one_upload_is_not_promised_to_another(service):
    from remote_services.runtime import mount

    free_bytes = mount.room(service.root)[1]
    size_bytes = int(free_bytes * 0.6)
    assert service.begin(upload_ticket(size_bytes)).status_code == 201
    assert service.begin(upload_ticket(size_bytes)).status_code == 507


def test_nothing_is_taken_while_the_repository_is_not_mounted(service):
    from remote_services.runtime import mount

    (service.root / mount.MARKER).unlink()
    answer = service.begin(upload_ticket(10))
    assert (answer.status_code, answer.json()["collection"][0]["code"]) == (503, "repository_away")
    assert service.client.get("/check").status_code == 503


@pytest.mark.parametrize("trouble", ["unsigned", "expired", "of another upload", "none", "garbage"])
def test_only_the_bearer_of_its_ticket_may_send(service, trouble):
    ticket = upload_ticket(10)
    service.begin(ticket)
    headers = {
        "unsigned": bearing(ticket, "another key"),
        "expired": bearing(ticket.model_copy(update={"expires_at": datetime.now(UTC) - timedelta(1)})),
        "of another upload": bearing(ticket.model_copy(update={"upload_id": uuid4()})),
        "none": {"Authorization": ""},
        "garbage": {"Authorization": "Ticket e30.no-signature"},
    }[trouble]
    answer = service.send(ticket, 0, b"x", **headers)
    assert answer.status_code == (403 if trouble == "of another upload" else 401)
    assert service.offset(ticket) == 0


def test_a_page_of_any_origin_may_ask(service):
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "PATCH"}
    asked["Access-Control-Request-Headers"] = "authorization,tus-resumable,upload-offset,content-type"
    answer = service.client.options(f"/uploads/{uuid4()}", headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_client_learns_what_is_spoken(service):
    answer = service.client.options("/uploads")
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "termination" in answer.headers["Tus-Extension"]
    assert service.client.head(f"/uploads/{uuid4()}").status_code == 412


@pytest.mark.parametrize("length", [1, 7, BATCH_BYTES - 1, BATCH_BYTES, 2 * BATCH_BYTES + 1])
def test_an_upload_is_what_was_sent_however_it_was_cut_on_its_way(length):
    whole = random.Random(length).randbytes(3 * length if length > 7 else 1000 * length)
    chunks = [whole[at : at + length] for at in range(0, len(whole), length)]

    async def slowly_taken() -> list[bytes]:
        taken = []
        async for data in batches(sending(chunks), asyncio.Event()):
            # The next batch comes in meanwhile and must not touch this one.
            await asyncio.sleep(0.01)
            taken.append(bytes(data))
        return taken

    taken = asyncio.run(slowly_taken())
    assert b"".join(taken) == whole
    # What is held is bounded: a batch, and what one read brings.
    assert max(map(len, taken)) < BATCH_BYTES + length
    assert all(len(each) >= BATCH_BYTES for each in taken[:-1])


def test_a_piece_of_which_the_disk_takes_a_part_is_as_if_never_sent(service):
    upload = service.intake.staging.take(upload_ticket(2**22))
    upload.append(b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20 + 100, hard))
    try:
        with pytest.raises(staging.NoRoom, match="6 of 4194304 bytes"):
            upload.append(bytes(2**21))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert upload.data.read_bytes() == b"before"
    upload.append(b" and after")
    assert upload.sha256() == hashlib.sha256(b"before and after").hexdigest()
