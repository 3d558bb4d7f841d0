"""Whoever reads German finds no English sentence in any mail, whoever made it necessary."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import Condition
from approvals.services import decide, expire_overdue
from compute.services import deploy
from identity.services.second_factor import CONFIRM, send_code
from infrastructure.services import end_due_leases
from networking.models import AddressLease, Network, NetworkKind
from notifications.letters import LETTERS
from notifications.models import MailMessage
from notifications.rendering import Body
from notifications.services import send_mail
from tenants.limits import Force
from tenants.models import Enterprise, LimitLease, User
from tests.approvals.offices import request_of, rule, switch_on
from tests.notifications.letters import EXAMPLES
from tests.notifications.sentences import english_in


@pytest.fixture
def german(world, datacenter):
    """The world, in which everybody reads German and nobody writes it."""
    for person in (world.user, world.admin, world.cloud_admin):
        person.locale = "de_DE"
    User.objects.update(locale="de_DE")
    return world


def everything_waits(world) -> None:
    """A machine that meets every condition of a rule, and was asked for by force with a reason."""
    deploy(actor=world.cloud_admin, machine_id=world.new_machine("first").id)
    AddressLease.objects.all().delete()
    Network.objects.update(kind=NetworkKind.PUBLIC)
    switch_on(world.acme)
    world.vdc.machines_soft, world.vdc.machines_hard = 1, 9
    world.vdc.memory_mib_soft, world.vdc.memory_mib_hard = 1, 99_999
    world.vdc.save()
    for condition in Condition.values:
        rule(world, condition, condition=condition, threshold=0)


def asked_for(world):
    everything_waits(world)
    return deploy(actor=world.user, machine_id=world.machine.id, force=Force(reason="Ostern"))


def without_rules(world) -> None:
    switch_on(world.acme)
    deploy(actor=world.user, machine_id=world.machine.id)


def refused(world) -> None:
    operation = asked_for(world)
    decide(actor=world.admin, operation_id=operation.id, approve=False, comment="Zu teuer.")


def approved(world) -> None:
    switch_on(world.acme)
    operation = deploy(actor=world.user, machine_id=world.machine.id)
    decide(actor=world.admin, operation_id=operation.id, approve=True)


def expired(world) -> None:
    request = request_of(asked_for(world))
    request.expires_at = timezone.now() - timedelta(seconds=1)
    request.save()
    assert expire_overdue() == 1


def lease_ended(world) -> None:
    deploy(actor=world.cloud_admin, machine_id=world.new_machine("first").id)
    Enterprise.objects.filter(pk=world.acme.pk).update(machines_soft=1, machines_hard=9)
    world.vdc.memory_mib_soft, world.vdc.memory_mib_hard = 1500, 99_999
    world.vdc.save()
    until = timezone.now() + timedelta(days=1)
    deploy(actor=world.user, machine_id=world.machine.id, force=Force("Ostern", until))
    LimitLease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert end_due_leases() == 1


def an_example(template: str):
    """What its only caller tells holds names and numbers, no sentence."""
    return lambda world: send_mail(template=template, to=world.user, context=EXAMPLES[template])


MAKERS = {
    "password_reset": [an_example("password_reset")],
    "email_code": [lambda world: send_code(session={}, user=world.user)],
    "confirmation_code": [lambda world: send_code(session={}, user=world.user, purpose=CONFIRM)],
    "account_locked": [an_example("account_locked")],
    "approval_requested": [asked_for, without_rules],
    "approval_decided": [approved, refused],
    "approval_expired": [expired],
    "limit_lease_expired": [lease_ended],
    "guest_password": [an_example("guest_password")],
    "test": [an_example("test")],
}


def test_every_mail_there_is_is_made():
    assert MAKERS.keys() == LETTERS.keys()


@pytest.mark.parametrize(
    ("template", "make"), [(template, make) for template, makers in MAKERS.items() for make in makers]
)
def test_no_english_sentence_reaches_who_reads_german(german, template, make):
    make(german)

    mails = MailMessage.objects.filter(template=template)
    assert mails
    for mail in mails:
        body = Body.opened(mail.sealed_body)
        found = {
            part: english_in(text)
            for part, text in (("text", body.text), ("html", body.html), ("subject", mail.subject))
        }
        assert found == {"text": [], "html": [], "subject": []}


def test_every_reason_is_told_in_german_in_both_forms(german):
    asked_for(german)

    body = Body.opened(MailMessage.objects.filter(template="approval_requested").latest("id").sealed_body)

    for words in (
        "any: Das wird immer erst genehmigt.",
        "soft_limit: Eine weiche Grenze wird überschritten (",
        "virtuelle Maschinen",
        "MiB Arbeitsspeicher",
        "public_ip: Das Unternehmen nimmt seine erste öffentliche Adresse.",
        "im Monat, mehr als 0,00.",
        "virtuelle CPUs, mehr als 0.",
        "ulf sagt dazu: Ostern",
    ):
        assert words in body.text and words in body.html, words


def test_the_search_for_english_finds_some(world):
    mail = send_mail(template="account_locked", to=world.user, context=EXAMPLES["account_locked"])
    body = Body.opened(mail.sealed_body)

    assert english_in(body.text) and english_in(body.html)
