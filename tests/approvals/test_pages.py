"""The pages of approvals: who sees what, who may press what, and what pressing does."""

import pytest

from approvals.models import ApprovalDelegation, ApprovalRequest, ApprovalRule
from compute.services import deploy
from operations.models import OperationStatus
from operations.services import cancel_operation
from tests.approvals.offices import another, request_of, rule
from tests.browsing import browser_of

RULE = {
    "name": "Dear things",
    "enabled": "on",
    "position": 1,
    "kinds": ["deploy"],
    "condition": "cost",
    "threshold": "100",
    "expires_after_hours": 24,
}


@pytest.fixture
def page(waiting) -> str:
    return f"/approvals/{request_of(waiting).id}/"


def html(user, address: str) -> str:
    response = browser_of(user).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_what_waits_is_in_the_list_of_who_decides_and_counted_in_the_sidebar(world, waiting, page):
    assert page in html(world.admin, "/approvals/")
    assert page in html(world.admin, "/")
    assert '<span class="sidebar-count num">1' in html(world.admin, "/machines/")
    for other in (world.user, world.rival_admin):
        assert page not in html(other, "/approvals/")
        assert page not in html(other, "/")
        assert "sidebar-count" not in html(other, "/machines/")


@pytest.mark.parametrize("only", ["mine", "waiting", "decided", "nonsense"])
def test_the_lists_show_what_they_say(world, waiting, page, only):
    expected = {"mine": True, "waiting": True, "decided": False, "nonsense": False}
    assert (page in html(world.user, f"/approvals/?only={only}")) is expected[only]
    assert page not in html(world.rival_admin, f"/approvals/?only={only}")


def test_a_list_can_be_searched(world, waiting, page):
    assert page in html(world.admin, "/approvals/?q=WEB")
    assert page in html(world.admin, "/approvals/?q=ulf")
    assert "Nothing matches" in html(world.admin, "/approvals/?q=database")


def test_the_request_shows_plan_reasons_and_price_as_one_may_see_them(world, waiting, page):
    shown = html(world.admin, page)
    assert "everything is approved first" in shown
    assert "per month" in shown and "192.168.0.2" in shown and "North" in shown
    assert "host-1" not in shown
    assert "host-1" in html(world.cloud_admin, page)


def test_only_who_may_decide_can_press_the_buttons(world, waiting, page):
    button = 'name="verdict" value="approve"'
    assert button in html(world.admin, page)
    own, colleague = html(world.user, page), html(another(world, "uwe"), page)
    assert button not in own + colleague
    assert "Nobody decides what they asked for themselves." in own
    assert "This is decided by an administrator." in colleague


def test_pressing_approve_begins_it(world, waiting, page):
    answer = browser_of(world.admin).post(page, {"verdict": "approve", "comment": "fine"})

    waiting.refresh_from_db()
    assert answer.headers["Location"] == page
    assert waiting.status == OperationStatus.RUNNING
    assert "fine" in html(world.user, page)


def test_pressing_without_the_right_is_refused_and_strangers_find_nothing(world, waiting, page):
    assert browser_of(world.user).post(page, {"verdict": "approve"}).status_code == 403
    rival = browser_of(world.rival_admin)
    assert rival.get(page).status_code == rival.post(page, {"verdict": "approve"}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == OperationStatus.AWAITING_APPROVAL


def test_selected_ones_are_decided_together_and_refusals_are_told(world, acme, datacenter):
    assert world.admin.pk
    operations = [deploy(actor=world.user, machine_id=world.new_machine(f"m{n}").id) for n in range(3)]
    ids = [request_of(each).id for each in operations]
    browser = browser_of(world.admin)

    done = browser.post(
        "/approvals/", {"request": ids[:2], "verdict": "reject", "comment": "no"}, follow=True
    )
    cancel_operation(actor=world.user, operation_id=operations[2].id)
    refused = browser.post("/approvals/", {"request": ids[2:], "verdict": "approve"})

    assert "2 were rejected." in done.content.decode()
    assert refused.status_code == 409
    assert "was decided already" in refused.content.decode()
    assert set(ApprovalRequest.objects.values_list("status", flat=True)) == {"rejected", "withdrawn"}


def test_ids_of_others_and_nonsense_decide_nothing(world, waiting):
    ids = [request_of(waiting).id, "x", "-1", "9" * 30]
    browser_of(world.rival_admin).post("/approvals/", {"request": ids, "verdict": "approve"})
    assert request_of(waiting).status == "waiting"


def test_the_machine_says_what_it_waits_for(world, waiting, page):
    shown = html(world.user, f"/machines/{world.machine.id}/")
    assert "waits for approval by an administrator" in shown
    assert page in shown


def test_a_task_leads_to_what_it_waits_or_waited_for(world, waiting, page):
    task, way = f"/tasks/{waiting.id}/", f"/approvals/tasks/{waiting.id}/"
    assert way in html(world.user, task)
    browser_of(world.admin).post(page, {"verdict": "reject"})
    assert way in html(world.user, task)
    assert browser_of(world.user).get(way).headers["Location"] == page
    assert browser_of(world.rival_admin).get(way).status_code == 404


def test_a_task_that_waits_can_be_withdrawn_from_the_drawer(world, waiting):
    assert "Waits for approval" in html(world.user, "/tasks/")
    browser_of(world.user).post(f"/tasks/{waiting.id}/cancel/")
    assert request_of(waiting).status == "withdrawn"


def test_rules_are_made_changed_and_deleted_on_the_enterprise_s_page(world):
    browser, address = browser_of(world.cloud_admin), f"/approvals/enterprises/{world.acme.id}/rules/"

    assert browser.get(f"{address}new/").status_code == 200
    assert browser.post(f"{address}new/", RULE).status_code == 302
    written = ApprovalRule.objects.get()
    assert "Dear things" in browser.get(address).content.decode()
    changed = browser.post(f"/approvals/rules/{written.id}/", RULE | {"name": "Dearer", "threshold": "200"})
    assert changed.status_code == 302
    written.refresh_from_db()
    assert (written.name, str(written.threshold), written.kinds) == ("Dearer", "200.00", ["deploy"])
    browser.post(f"/approvals/rules/{written.id}/delete/")
    assert not ApprovalRule.objects.exists()


def test_a_wrong_rule_comes_back_with_what_is_wrong(world):
    browser, address = browser_of(world.cloud_admin), f"/approvals/enterprises/{world.acme.id}/rules/new/"
    answer = browser.post(address, RULE | {"external_url": "http://approve.example/"})
    assert answer.status_code == 409
    assert "must begin with https://" in answer.content.decode()
    assert "This field is required" in browser.post(address, RULE | {"name": ""}).content.decode()


def test_approvals_are_switched_on_by_who_manages_the_enterprise(world):
    address = f"/approvals/enterprises/{world.acme.id}/rules/"
    assert browser_of(world.admin).post(address, {"requires_approval": "1"}).status_code == 403
    assert browser_of(world.rival_admin).post(address, {"requires_approval": "1"}).status_code == 404
    assert browser_of(world.cloud_admin).post(address, {"requires_approval": "1"}).status_code == 302
    world.acme.refresh_from_db()
    assert world.acme.requires_approval


def test_rules_are_read_by_who_decides_and_hidden_from_strangers(world):
    written, address = rule(world), f"/approvals/enterprises/{world.acme.id}/rules/"
    assert "Spending" in html(world.admin, address)
    assert browser_of(world.rival_admin).get(address).status_code == 404
    assert browser_of(world.rival_admin).get(f"/approvals/rules/{written.id}/").status_code == 404
    assert browser_of(world.admin).post(f"/approvals/rules/{written.id}/delete/").status_code == 403


def test_a_deputy_is_named_and_ended_in_my_account(world):
    uwe = another(world, "uwe")
    browser = browser_of(world.admin)
    span = {"starts_at": "2026-01-01T00:00", "ends_at": "2126-01-01T00:00"}

    assert browser.post("/approvals/deputies/", {"deputy": "rita", **span}).status_code == 409
    assert browser.post("/approvals/deputies/", {"deputy": "uwe", **span}).status_code == 302
    given = ApprovalDelegation.objects.get()
    assert "uwe" in browser.get("/approvals/deputies/").content.decode()
    assert "For whom you stand in" in html(uwe, "/approvals/deputies/")
    assert browser_of(uwe).post(f"/approvals/deputies/{given.id}/end/").status_code == 404
    assert browser.post(f"/approvals/deputies/{given.id}/end/").status_code == 302
    assert not ApprovalDelegation.objects.exists()
