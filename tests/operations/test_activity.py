"""The activity page and its export: who reads what of what happened, found how."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Event
from events.services import record_event
from tenants.services import update_user
from tests.browsing import browser_of

pytestmark = pytest.mark.django_db(transaction=True)


def exported(browser: Client, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/activity/export/{query}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_a_change_is_shown_with_what_was_before_and_after_and_where_it_came_from(world):
    record_event(
        kind="user.changed", subject=world.user, actor=world.admin, changes={"surname": ["Old", "New"]}
    )
    Event.objects.update(source_address="192.0.2.7")

    page = browser_of(world.admin).get("/activity/").content.decode()

    assert "<del>Old</del>" in page
    assert "<ins>New</ins>" in page
    assert "192.0.2.7" in page


@pytest.mark.parametrize(
    ("name", "reads"), [("admin", True), ("user", False), ("viewer", False), ("rival_admin", False)]
)
def test_what_happened_to_a_colleague_is_for_those_who_manage_people(world, name, reads):
    colleague = world._user("colleague", world.acme, "USER")
    record_event(kind="user.changed", subject=colleague)

    found = exported(browser_of(getattr(world, name)), "?only=people")

    assert ("colleague" in {row["subject_name"] for row in found}) is reads


def test_everybody_reads_what_happened_to_their_own_account(world):
    update_user(actor=world.admin, user=world.user, surname="Changed")

    kinds = [row["kind"] for row in exported(browser_of(world.user), "?only=people")]

    assert "user.changed" in kinds


def test_a_line_of_the_export_says_who_did_what_from_where_and_what_was_before(world):
    browser = browser_of(world.admin)
    change = {"name": "Ulf", "surname": "Changed", "role": world.user.role_id, "is_active": "on"}
    browser.post(f"/people/users/{world.user.id}/edit/", change, REMOTE_ADDR="192.0.2.7")

    [row] = [row for row in exported(browser) if row["kind"] == "user.changed"]

    assert (row["actor_name"], row["subject_name"]) == ("anna", "ulf")
    assert (row["source_address"], row["occurred_at"][:10]) == ("192.0.2.7", str(timezone.now().date()))
    assert json.loads(row["changes"])["surname"] == ["", "Changed"]


def test_what_happened_in_one_enterprise_is_shown_and_exported_by_itself(world):
    record_event(kind="told.acme", subject=world.vdc)
    record_event(kind="told.rival", subject=world.rival)
    root, rita = browser_of(world.cloud_admin), browser_of(world.rival_admin)

    def found(browser: Client, query: str) -> set[str]:
        return {row["kind"] for row in exported(browser, query) if row["kind"].startswith("told")}

    of_acme = f"?enterprise={world.acme.id}"
    assert found(root, "") == {"told.acme", "told.rival"}
    assert found(root, of_acme) == {"told.acme"}
    assert found(rita, of_acme) == set()
    assert "In Acme" in root.get(f"/activity/{of_acme}").content.decode()
    assert "Acme" not in rita.get(f"/activity/{of_acme}").content.decode()
    assert found(root, "?enterprise=99999999999999999999999") == {"told.acme", "told.rival"}

    history = root.get(f"/people/enterprises/{world.acme.id}/history/").content.decode()
    for page in ("/activity/", "/activity/export/"):
        assert f'href="{page}{of_acme}"' in history


def test_days_bound_what_is_found(world):
    record_event(kind="told.today", subject=world.acme)
    record_event(kind="told.lately", subject=world.acme)
    today = timezone.now().date()
    Event.objects.filter(kind="told.lately").update(occurred_at=timezone.now() - timedelta(days=3))
    browser = browser_of(world.admin)

    def found(query: str) -> set[str]:
        return {row["kind"] for row in exported(browser, query) if row["kind"].startswith("told")}

    assert found(f"?since={today}") == {"told.today"}
    assert found(f"?until={today - timedelta(days=2)}") == {"told.lately"}
    assert found("?since=yesterday-ish&until=2026-02-31") == {"told.today", "told.lately"}


def test_an_exported_name_is_no_formula(world):
    record_event(kind="told.name", subject=world.vdc)
    Event.objects.filter(kind="told.name").update(subject_name='=HYPERLINK("http://evil.example")')

    [row] = [row for row in exported(browser_of(world.user)) if row["kind"] == "told.name"]

    assert row["subject_name"].startswith("'=")
