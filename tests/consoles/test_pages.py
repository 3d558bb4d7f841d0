"""The console's window and the requests for tickets, over HTTP."""

import pytest

from consoles.endings import ADVICE, Ending
from consoles.models import ConsoleSession, ConsoleTicket
from consoles.services import redeem
from tests.browsing import browser_of


@pytest.fixture
def browser(world, client):
    client.force_login(world.user)
    return client


def ticket_url(world) -> str:
    return f"/machines/{world.machine.pk}/console/ticket/"


def window_url(world) -> str:
    return f"/machines/{world.machine.pk}/console/window/"


def test_the_window_shows_the_machine_its_state_and_advice_for_every_end(world, browser):
    page = browser.get(window_url(world)).content.decode()
    assert "Console of web" in page
    assert 'data-state="ON"' in page
    assert all(f'"{int(ending)}"' in page for ending in ADVICE)


def test_every_end_but_leaving_has_advice():
    assert set(Ending) - set(ADVICE) == {Ending.LEFT}


def test_the_ticket_of_the_page_opens_the_machine_s_console(world, browser):
    answer = browser.post(ticket_url(world)).json()
    assert answer["address"] == f"/ws/machines/{world.machine.pk}/console/"
    session_key = browser.session.session_key
    assert redeem(
        token=answer["ticket"], user=world.user, session_key=session_key, virtual_machine_id=world.machine.pk
    )


def test_another_enterprise_s_machine_is_not_found(world, client):
    client.force_login(world.rival_admin)
    assert client.get(window_url(world)).status_code == 404
    assert client.post(ticket_url(world)).status_code == 404
    assert not ConsoleTicket.objects.exists()


def test_a_machine_that_is_off_is_refused_in_words(world, browser):
    world.stop_machine()
    answer = browser.post(ticket_url(world))
    assert (answer.status_code, answer.json()["title"]) == (409, "Only running machines have a console.")


def test_a_missing_right_is_refused_with_whom_to_ask(world, browser):
    world.take_right_away()
    answer = browser.post(ticket_url(world))
    assert answer.status_code == 403
    assert "VAPP_PERFORM_ACTIONS" in answer.json()["title"]
    assert answer.json()["help"] == "Ask an administrator of Acme."


def test_who_signed_out_is_sent_to_the_sign_in(world, client):
    answer = client.post(ticket_url(world))
    assert (answer.status_code, answer.json()["sign_in"]) == (401, "/accounts/login/")
    assert client.get(window_url(world)).status_code == 302


def test_a_foreign_page_cannot_ask_for_a_ticket(world):
    client = browser_of(world.user, enforce_csrf_checks=True)
    assert client.post(ticket_url(world)).status_code == 403
    assert not ConsoleTicket.objects.exists()


def test_a_cloud_administrator_sees_open_consoles_and_closes_one(world, client, ann):
    session = ConsoleSession.objects.create(
        user=ann.user, virtual_machine=world.machine, session_hash="x", last_seen_at=world.machine.created_at
    )
    client.force_login(world.cloud_admin)
    address = "/admin/consoles/consolesession/"
    assert "web" in client.get(address).content.decode()
    client.post(address, {"action": "close", "_selected_action": [session.pk]})
    session.refresh_from_db()
    assert session.must_end == Ending.CLOSED_BY_ADMINISTRATOR
