"""Files that go out: whole, in ranges, and to nobody without a ticket for them."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from tests.remote_services.appliance_manager.http.conftest import bearing, download_ticket

PATH = "7/some/disk-0.qcow2"
CONTENT = bytes(range(256)) * 40


@pytest.fixture
def stored(service):
    file = service.root / PATH
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    return service


def fetch(service, path: str = PATH, ticket=None, **headers):
    return service.client.get(f"/files/{path}", headers=bearing(ticket or download_ticket(path)) | headers)


def test_a_file_goes_out_whole_under_the_templates_name(stored):
    answer = fetch(stored)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="disk.qcow2"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_goes_on_where_it_broke_off(stored):
    answer = fetch(stored, Range="bytes=1000-")
    assert (answer.status_code, answer.content) == (206, CONTENT[1000:])
    assert answer.headers["Content-Range"] == f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}"


def test_a_file_that_changed_meanwhile_is_sent_from_its_beginning(stored):
    tag = fetch(stored).headers["ETag"]
    assert fetch(stored, Range="bytes=1000-", **{"If-Range": tag}).status_code == 206
    os.utime(stored.root / PATH, (1, 1))
    answer = fetch(stored, Range="bytes=1000-", **{"If-Range": tag})
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused(stored):
    assert fetch(stored, Range=f"bytes={len(CONTENT)}-").status_code == 416


def test_a_link_may_carry_its_ticket(stored):
    token = bearing(download_ticket(PATH))["Authorization"].removeprefix("Ticket ")
    assert stored.client.get(f"/files/{PATH}", params={"ticket": token}).content == CONTENT


def test_nobody_fetches_without_a_ticket_for_this_file_that_is_still_good(stored):
    assert stored.client.get(f"/files/{PATH}").status_code == 401
    assert fetch(stored, ticket=download_ticket("7/other/disk-0.qcow2")).status_code == 403
    old = download_ticket(PATH, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert fetch(stored, ticket=old).status_code == 401


@pytest.mark.parametrize("path", ["7/link", "7/some", ".abiquo_repository", "7/nothing", ".staging/x/data"])
def test_even_a_ticket_leads_to_nothing_but_files_of_the_repository(stored, path, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (stored.root / "7" / "link").symlink_to(tmp_path / "secret")
    assert fetch(stored, path).status_code == 404


@pytest.mark.parametrize("path", ["../state/x", "7/../../secret", "/etc/passwd"])
def test_no_path_leads_out_of_the_repository(stored, path):
    from remote_services.appliance_manager.http.downloads import _file_inside
    from remote_services.appliance_manager.http.refusal import Refused

    with pytest.raises(Refused):
        _file_inside(stored.root, path)
