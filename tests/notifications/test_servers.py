"""Whose mail server sends, who may set one up, and that its password stays where it was put."""

import pytest

from core.errors import DomainError
from events.models import Event
from notifications.models import MailServer
from notifications.services import (
    deliver_due,
    remove_mail_server,
    send_mail,
    server_for,
    set_mail_server,
    try_mail_server,
)
from notifications.services.servers import route_to
from tenants.models import Enterprise
from tenants.services import create_enterprise, load_scope
from tests.notifications.letters import EXAMPLES
from tests.notifications.post_office import PostOffice
from tests.resellers import made_reseller, reseller_admin

SECRET = "canary-password"
FULL = {
    "host": "mail.example", "port": 587, "security": "starttls", "username": "cloud", "password": SECRET,
    "from_address": "cloud@example.org", "from_name": "Cloud",
}  # fmt: skip


@pytest.fixture
def sold(world):
    """A world in which Resell sells to Acme, and Rival buys from the provider."""
    world.reseller, world.boss = made_reseller(world)
    world.rival  # noqa: B018
    return world


def refusal_of(**arguments) -> str:
    with pytest.raises(DomainError) as refused:
        set_mail_server(**arguments)
    return refused.value.code


def test_mails_of_a_resellers_tenants_go_through_the_resellers_server_and_others_do_not(sold, post_office):
    post_office.set_up(sold.cloud_admin, sold.provider, from_address="provider@example.org")
    with PostOffice(login=("cloud", SECRET)) as theirs:
        theirs.set_up(sold.boss, sold.reseller, username="cloud", password=SECRET)
        for user in (sold.user, sold.boss, sold.rival_admin, sold.cloud_admin):
            send_mail(template="test", to=user, context=EXAMPLES["test"])

        assert deliver_due() == {"sent": 4}

        assert {mail["To"] for mail in theirs.received} == {sold.user.email, sold.boss.email}
    assert {mail["To"] for mail in post_office.received} == {sold.rival_admin.email, sold.cloud_admin.email}
    assert post_office.received[0]["From"] == "Cloud <provider@example.org>"


def test_the_nearest_reseller_with_a_server_is_chosen(sold):
    inner = create_enterprise(actor=None, name="Inner")
    between = load_scope("Inner and theirs", enterprises=(inner,), parent=sold.reseller.default_scope)
    Enterprise.objects.filter(pk=inner.pk).update(is_reseller=True, default_scope=between)
    Enterprise.objects.filter(pk=sold.acme.pk).update(
        default_scope=load_scope("Innermost", enterprises=(sold.acme,), parent=between)
    )
    outer = set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)
    assert server_for(sold.acme.pk) == outer

    inner.refresh_from_db()
    nearest = set_mail_server(actor=sold.boss, enterprise=inner, **FULL)

    assert server_for(sold.acme.pk) == server_for(inner.pk) == nearest
    assert server_for(sold.reseller.pk) == outer


def test_a_reseller_that_sells_no_more_has_its_server_used_no_more(sold):
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)
    Enterprise.objects.filter(pk=sold.reseller.pk).update(is_reseller=False)

    assert server_for(sold.acme.pk) is None


def test_only_resellers_and_the_provider_have_a_server(sold):
    assert refusal_of(actor=sold.cloud_admin, enterprise=sold.acme, **FULL) == "ENTERPRISE-28"


@pytest.mark.parametrize("missing", sorted(FULL.keys() - {"port", "security"}))
def test_a_reseller_gives_everything(sold, missing):
    fields = FULL | {missing: ""}

    assert refusal_of(actor=sold.boss, enterprise=sold.reseller, **fields) == "ENTERPRISE-29"


@pytest.mark.parametrize(
    "wrong",
    [
        {"port": 0}, {"port": 65536}, {"security": "rot13"}, {"from_address": "nobody"},
        {"from_name": "Cloud\r\nBcc: x@example.org"}, {"host": "mail\n.example"},
    ],
)  # fmt: skip
def test_wrong_values_are_refused(sold, wrong):
    with pytest.raises(DomainError):
        set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL | wrong)


def test_a_resellers_password_does_not_leave_without_encryption(sold, settings):
    settings.ATRIUM_MAIL_PRIVATE_HOSTS = False

    with pytest.raises(DomainError, match="encryption"):
        set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL | {"security": "none"})


def test_the_right_to_manage_mail_is_needed(sold):
    with pytest.raises(DomainError) as refused:
        set_mail_server(actor=sold.admin, enterprise=sold.acme, **FULL)

    assert refused.value.status == 403


def test_a_foreign_enterprise_does_not_exist(sold):
    stranger = reseller_admin(sold, sold.rival, nick="stranger")
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)

    for act in (set_mail_server, remove_mail_server, try_mail_server):
        with pytest.raises(DomainError) as refused:
            act(actor=stranger, enterprise=sold.reseller)
        assert refused.value.status == 404
    assert not MailServer.objects.visible_to(stranger).exists()


def test_the_password_is_sealed_and_stands_in_no_event(sold):
    server = set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, password=SECRET + "-2")

    server.refresh_from_db()
    assert route_to(server).password == SECRET + "-2"
    rows = str(list(MailServer.objects.values())) + str(list(Event.objects.values()))
    assert SECRET not in rows


def test_a_change_tells_what_changed_and_keeps_the_password(sold):
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)

    server = set_mail_server(actor=sold.boss, enterprise=sold.reseller, from_name="New name", password="")

    assert route_to(server).password == SECRET
    event = Event.objects.get(kind="mail_server.changed")
    assert event.changes == {"from_name": ["Cloud", "New name"]}
    assert event.enterprise_id == sold.reseller.pk


@pytest.mark.parametrize("change", [{"host": "evil.example"}, {"port": 2525}, {"username": "other"}])
def test_the_password_is_not_handed_to_another_server(sold, change):
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)

    assert refusal_of(actor=sold.boss, enterprise=sold.reseller, **change) == "ENTERPRISE-29"


def test_removing_a_server_gives_the_mails_to_the_one_above(sold):
    set_mail_server(actor=sold.boss, enterprise=sold.reseller, **FULL)
    provided = set_mail_server(actor=sold.cloud_admin, enterprise=sold.provider, **FULL)

    remove_mail_server(actor=sold.boss, enterprise=sold.reseller)

    assert server_for(sold.acme.pk) == provided


def test_trying_a_server_sends_a_mail_to_oneself_and_tells_what_was_said(provided, post_office):
    post_office.answers["DATA"].append("250 Queued as 0815")

    trial = try_mail_server(actor=provided.cloud_admin, enterprise=provided.provider)

    assert (trial.worked, trial.said) == (True, "250 Queued as 0815")
    assert [mail["To"] for mail in post_office.received] == [provided.cloud_admin.email]


def test_a_trial_that_fails_says_why(provided, post_office):
    post_office.answers["RCPT"].append("550 Who is that?")

    trial = try_mail_server(actor=provided.cloud_admin, enterprise=provided.provider)

    assert not trial.worked
    assert "550 Who is that?" in trial.said


def test_a_trial_needs_an_address_of_ones_own(provided):
    provided.cloud_admin.email = ""

    with pytest.raises(DomainError) as refused:
        try_mail_server(actor=provided.cloud_admin, enterprise=provided.provider)

    assert refused.value.code == "MAIL-2"


def test_only_who_manages_a_server_learns_its_name_from_what_went_wrong(sold):
    with PostOffice(login=("cloud", SECRET)) as theirs:
        theirs.set_up(sold.boss, sold.reseller, username="cloud", password=SECRET)
        theirs.answers["RCPT"].extend(["550 No such mailbox"] * 2)
        own = send_mail(template="test", to=sold.boss, context=EXAMPLES["test"])
        tenants = send_mail(template="test", to=sold.user, context=EXAMPLES["test"])

        assert deliver_due() == {"failed": 2}

    own.refresh_from_db(), tenants.refresh_from_db()
    assert own.last_error == f"127.0.0.1:{theirs.port} said: 550 No such mailbox"
    assert tenants.last_error == "The mail server said: 550 No such mailbox"
