"""The system outside that is told of what waits: really called, never trusted, tried again, given up."""

import socket

import pytest
from django.test import override_settings
from django.utils import timezone

from approvals.models import ApprovalNotice, NoticeStatus
from approvals.outbound import OutboundError, post
from approvals.services import decide, deliver_notices
from approvals.services.outside import ATTEMPTS, LEASE
from compute.services import deploy
from operations.models import OperationStatus
from tests.api_user import ApiUser, link, machine_path
from tests.approvals.endpoint import endpoint
from tests.approvals.offices import nothing_held, request_of, rule


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A system outside whose certificate is believed and whose network is allowed."""
    with endpoint(tmp_path) as (server, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with override_settings(ATRIUM_APPROVAL_NETWORKS=["127.0.0.0/8", "::1/128"]):
            yield server


@pytest.fixture
def held(world, acme, datacenter, outside):
    """A deployment that waits by a rule with the address of the system outside."""
    rule(world, external_url=outside.url)
    return deploy(actor=world.user, machine_id=world.machine.id)


def at_once() -> None:
    ApprovalNotice.objects.update(due_at="2000-01-01T00:00:00Z")


def test_it_is_told_of_the_task_once_and_after_the_transaction(held, outside):
    assert outside.received == []

    assert deliver_notices() == 1
    at_once()
    assert deliver_notices() == 0

    ((path, content_type, document),) = outside.received
    assert path == "/held?from=atrium"
    assert content_type == "application/vnd.abiquo.task+json"
    assert (document["taskId"], document["type"], document["state"]) == (str(held.id), "DEPLOY", "QUEUEING")


def test_it_answers_by_the_links_of_the_task(world, held, outside, datacenter):
    deliver_notices()
    document = outside.received[0][2]
    tool = ApiUser(world.admin.nick)

    shown = tool.get(link(document, "self"))
    answer = tool.post(link(document, "continue"), "ok", content_type="text/plain")

    assert (shown.status_code, shown.json()["state"]) == (200, "QUEUEING")
    assert answer.status_code == 204
    held.refresh_from_db()
    assert held.status == OperationStatus.RUNNING


def test_what_fails_is_tried_again(held, outside):
    outside.status = 503
    deliver_notices()
    notice = ApprovalNotice.objects.get()
    assert (notice.status, notice.attempts, notice.problem) == (NoticeStatus.PENDING, 1, "answered 503")
    assert deliver_notices() == 0

    outside.status = 200
    at_once()
    assert deliver_notices() == 1
    held.refresh_from_db()
    assert held.status == OperationStatus.AWAITING_APPROVAL


def test_what_never_works_fails_the_operation_with_the_reason(world, held, outside):
    outside.status = 500
    for _attempt in range(ATTEMPTS + 1):
        deliver_notices()
        at_once()

    held.refresh_from_db()
    assert (held.status, held.error["code"]) == (OperationStatus.FAILED, "approval_endpoint_failed")
    assert held.error["detail"] == "answered 500"
    assert request_of(held).status == "failed"
    assert nothing_held(world.machine)
    assert len(outside.received) == ATTEMPTS


def test_a_redirect_is_not_followed(held, outside):
    outside.status, outside.location = 302, outside.url
    deliver_notices()
    assert len(outside.received) == 1
    assert ApprovalNotice.objects.get().problem == "answered 302"


def test_what_was_decided_meanwhile_is_not_told_any_more(world, held, outside):
    decide(actor=world.admin, operation_id=held.id, approve=False)
    assert deliver_notices() == 0
    assert outside.received == []


def test_a_certificate_nobody_vouches_for_is_refused(held, outside, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    deliver_notices()
    assert outside.received == []
    assert "CERTIFICATE_VERIFY_FAILED" in ApprovalNotice.objects.get().problem


def test_who_died_while_telling_holds_it_only_for_a_while(held, outside):
    ApprovalNotice.objects.update(attempts=1, due_at=timezone.now() + LEASE)
    assert deliver_notices() == 0

    at_once()

    assert deliver_notices() == 1
    assert [document["taskId"] for _, _, document in outside.received] == [str(held.id)]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "http://example.com/",
    ],
)
def test_the_provider_s_own_network_is_not_reached(url):
    with pytest.raises(OutboundError):
        post(url, b"{}", content_type="application/json")


def test_a_name_that_has_a_closed_address_among_its_addresses_is_refused(monkeypatch):
    found = ("1.1.1.1", "10.0.0.1")
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(OutboundError, match=r"10\.0\.0\.1 is not a public address"):
        post("https://rebound.example/", b"{}", content_type="application/json")


def test_an_endpoint_is_asked_only_where_the_rule_names_one(world, waiting):
    assert request_of(waiting)
    assert not ApprovalNotice.objects.exists()


def test_what_it_is_told_leads_to_the_machine(world, held, outside):
    deliver_notices()
    assert link(outside.received[0][2], "parent").endswith(machine_path(world.machine))
