"""Who is written to when something waits, and what came of it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals.models import ApprovalRequest
from approvals.services import decide, expire_overdue
from compute.services import deploy
from notifications.models import MailMessage
from notifications.rendering import Body
from operations.services import cancel_operation
from tenants.limits import Force
from tenants.models import Enterprise, User
from tests.approvals.offices import another, request_of, rule
from tests.browsing import browser_of


def mails() -> list[tuple[str, str]]:
    return sorted(MailMessage.objects.values_list("template", "recipient"))


def link_in(template: str) -> str:
    text = Body.opened(MailMessage.objects.get(template=template).sealed_body).text
    return re.search(r"/approvals/open/\S+", text)[0]


def test_those_who_may_decide_are_written_to_once_each(world, waiting):
    assert mails() == [("approval_requested", "anna@example.invalid")]


def test_approvers_are_told_why_a_soft_limit_is_to_be_passed(world, acme, datacenter):
    rule(world, condition="soft_limit")
    Enterprise.objects.filter(pk=world.acme.pk).update(machines_soft=1, machines_hard=9)
    deploy(actor=world.cloud_admin, machine_id=world.new_machine("first").id)
    operation = deploy(actor=world.user, machine_id=world.machine.id, force=Force(reason="Spring sale"))

    mail = Body.opened(MailMessage.objects.get(recipient="anna@example.invalid").sealed_body)
    page = browser_of(world.admin).get(reverse("approvals:request", args=[request_of(operation).id]))

    assert "ulf says: Spring sale" in mail.text
    assert "ulf says: Spring sale" in page.content.decode()


def test_whom_a_rule_names_is_written_to_instead(world, acme, datacenter):
    uwe = another(world, "uwe")
    rule(world, approvers=[uwe])
    deploy(actor=world.user, machine_id=world.machine.id)

    assert mails() == [("approval_requested", "uwe@example.invalid")]


def test_who_asks_is_not_asked_and_then_the_provider_is(world, acme, datacenter):
    assert world.cloud_admin.email
    deploy(actor=world.admin, machine_id=world.machine.id)

    assert mails() == [("approval_requested", "root@example.invalid")]


@pytest.mark.parametrize("approve", [True, False])
def test_who_asked_is_told_the_decision(world, waiting, approve):
    decide(actor=world.admin, operation_id=waiting.id, approve=approve, comment="so be it")

    body = Body.opened(MailMessage.objects.get(template="approval_decided").sealed_body)
    assert ("approval_decided", "ulf@example.invalid") in mails()
    assert "so be it" in body.text
    assert ("approved" in body.text) is approve


def test_who_asked_is_told_that_nobody_decided(world, waiting):
    ApprovalRequest.objects.update(expires_at="2000-01-01T00:00:00Z")
    expire_overdue()

    assert ("approval_expired", "ulf@example.invalid") in mails()


def test_withdrawing_is_no_news(world, waiting):
    cancel_operation(actor=world.user, operation_id=waiting.id)

    assert mails() == [("approval_requested", "anna@example.invalid")]


def test_an_address_that_is_none_hinders_nothing(world, acme, datacenter):
    User.objects.filter(pk=world.admin.pk).update(email="not an address")

    operation = deploy(actor=world.user, machine_id=world.machine.id)

    assert operation.status == "awaiting_approval"
    assert mails() == []


def test_the_link_leads_to_the_request_but_opens_it_for_nobody(world, waiting):
    link, page = link_in("approval_requested"), f"/approvals/{request_of(waiting).id}/"

    stranger, rival, approver = Client(), browser_of(world.rival_admin), browser_of(world.admin)

    assert "/accounts/login/" in stranger.get(link).headers["Location"]
    assert approver.get(link).headers["Location"] == page
    assert rival.get(link, follow=True).status_code == 404
    assert approver.get(link[:-3] + "x/").status_code == 404


def test_nothing_is_written_when_the_operation_does_not_start(world, acme, datacenter):
    from core.errors import DomainError

    with pytest.raises(DomainError):
        deploy(actor=world.user, machine_id=world.machine.id, fingerprint="of another plan")
    assert mails() == []
