"""Reading a remote repository's list as an operation: begun at once, seen, given up, repeated, told of."""

from contextlib import closing

import pytest
from django.conf import settings as configured
from django.db import connections
from kombu import Connection

from catalogue.models import TemplateDefinition, TemplateDefinitionList
from catalogue.services import definition_lists as lists
from contracts.server import ReadDefinitionList
from events.models import Event
from operations import engine, errands
from operations.broker import SERVER_QUEUE
from operations.models import Operation
from operations.services import cancel_operation
from tests.browsing import browser_of
from tests.catalogue.list_mirror import SlowMirror, entry, index

pytestmark = pytest.mark.django_db(transaction=True)


def commands() -> list[ReadDefinitionList]:
    """What the server was asked to read, taken out of its queue."""
    with Connection(configured.ATRIUM_BROKER_URL) as connection:
        queue = connection.SimpleQueue(SERVER_QUEUE)
        taken = [queue.get(block=False) for _each in range(queue.qsize())]
        for message in taken:
            message.ack()
        queue.close()
    bodies = [message.payload[0][0] for message in taken]
    return [ReadDefinitionList.model_validate(each) for each in bodies if "list_id" in each]


def work() -> None:
    for command in commands():
        errands.carry_out(command)


def added(world, url: str, name: str = "") -> TemplateDefinitionList:
    form = {"url": url, "name": name}
    answer = browser_of(world.admin).post("/catalogue/remote/add/", form)
    assert answer.status_code == 302, answer.content.decode()
    return TemplateDefinitionList.objects.get()


def page(world, kept, **query: str):
    return browser_of(world.admin).get(f"/catalogue/remote/{kept.pk}/", query, headers={"HX-Request": "true"})


def states() -> list[str]:
    return list(Operation.objects.order_by("created_at").values_list("status", flat=True))


def test_a_list_is_added_at_once_and_named_after_what_was_read(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    before, first = page(world, kept, reading="1").content.decode(), kept.name
    work()

    assert first == f"{mirror.url}/a/ovfindex.xml".removeprefix("http://")
    assert 'data-reading="running"' in before
    kept.refresh_from_db()
    assert (kept.name, kept.definitions.count(), states()) == ("Official", 2, ["succeeded"])
    assert page(world, kept, reading="1").headers["HX-Refresh"] == "true"
    told = Event.objects.get(kind="definition_list.read").data
    assert {"definitions": 2, "left_out": 0}.items() <= told.items()


def test_a_name_that_was_given_stays_and_one_that_is_taken_is_not_taken_twice(world, mirror):
    TemplateDefinitionList.objects.create(enterprise=world.acme, name="Official")
    mine = lists.announce_list(actor=world.admin, enterprise=world.acme, url=f"{mirror.url}/a", name="Mine")
    other = lists.announce_list(actor=world.admin, enterprise=world.acme, url=f"{mirror.url}/a")
    work()

    names = [TemplateDefinitionList.objects.get(pk=each.pk).name for each in (mine, other)]
    assert names == ["Mine", f"{mirror.url}/a/ovfindex.xml".removeprefix("http://")]


def test_while_it_is_read_nobody_begins_it_again_and_afterwards_anybody(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    browser = browser_of(world.admin)
    browser.post(f"/catalogue/remote/{kept.pk}/")
    work()
    mirror.pages["/a/ovfindex.xml"] = index(entry("new.ova", "New"))
    browser.post(f"/catalogue/remote/{kept.pk}/")
    work()

    assert states() == ["succeeded", "succeeded"]
    assert [each.name for each in TemplateDefinition.objects.all()] == ["New"]


@pytest.mark.parametrize(
    ("served", "code", "words"),
    [
        (None, "source_refused", "answered 404"),
        (b"<html>", "OVF-PACKAGE-3", "can&#x27;t be read"),
        ("http://169.254.169.254/", "source_forbidden", "no public address"),
        ("/a/ovfindex.xml", "source_refused", "redirects more than 3 times"),
        (b"<RepositorySpace>" + b" " * 2**22, "source_refused", "more than 4194304 bytes"),
    ],
    ids=["missing", "no list", "leads inside", "leads in circles", "too large"],
)
def test_what_can_not_be_read_leaves_what_was_known_and_says_why(world, mirror, served, code, words):
    kept = added(world, f"{mirror.url}/a")
    work()
    mirror.pages["/a/ovfindex.xml"] = served
    browser_of(world.admin).post(f"/catalogue/remote/{kept.pk}/")
    work()

    shown = page(world, kept).content.decode()
    assert (words in shown, f"<code>{code}</code>" in shown) == (True, True)
    assert (states(), TemplateDefinition.objects.count()) == (["succeeded", "failed"], 2)


def test_one_that_trickles_is_given_up_when_asked_to_and_writes_nothing(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    work()

    def give_up() -> None:
        cancel_operation(actor=world.admin, operation_id=Operation.objects.get(status="running").pk)
        connections.close_all()

    with closing(SlowMirror(index(entry("new.ova", "New")), give_up)) as slow:
        TemplateDefinitionList.objects.update(url=slow.url)
        lists.begin_reading(actor=world.admin, definition_list=kept)
        work()

    assert states() == ["succeeded", "cancelled"]
    assert (TemplateDefinition.objects.count(), TemplateDefinitionList.objects.get().problem) == (2, "")


def test_cancelled_at_the_last_moment_nothing_is_written(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    (command,) = commands()
    cancel_operation(actor=world.admin, operation_id=command.operation_id)
    errands.carry_out(command)

    kept.refresh_from_db()
    assert (states(), kept.read_at, TemplateDefinition.objects.count()) == (["cancelled"], None, 0)


def test_progress_is_told_while_it_arrives(world, mirror, monkeypatch):
    monkeypatch.setattr("operations.errands.TELL_SECONDS", 0)
    heard = []
    receive = engine.receive
    monkeypatch.setattr(engine, "receive", lambda report: (heard.append(report.outcome), receive(report)))
    slow = SlowMirror(index(entry()))
    slow.go_on.set()
    with closing(slow):
        added(world, slow.url)
        work()

    assert [each.type for each in (heard[0], heard[-1])] == ["started", "succeeded"]
    assert heard[-2].percent == 100


def test_sent_twice_or_after_its_process_died_it_is_read_all_the_same(world, mirror):
    added(world, f"{mirror.url}/a")
    (command,) = commands()
    Operation.objects.get().steps.update(lease_expires_at="2000-01-01T00:00:00Z")
    engine.reconcile()
    (again,) = commands()
    for each in (command, again, command):
        errands.carry_out(each)

    assert (command.command_id, states()) == (again.command_id, ["succeeded"])
    assert TemplateDefinition.objects.count() == 2


def test_removed_while_it_is_read_it_is_gone(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    (command,) = commands()
    browser_of(world.admin).post(f"/catalogue/remote/{kept.pk}/remove/")
    errands.carry_out(command)

    assert (states(), TemplateDefinitionList.objects.exists()) == (["cancelled"], False)


def test_it_takes_the_right_and_the_enterprise(world, mirror):
    kept = added(world, f"{mirror.url}/a")
    work()
    for user, status in ((world.user, 403), (world.rival_admin, 404)):
        assert browser_of(user).post(f"/catalogue/remote/{kept.pk}/").status_code == status
    assert states() == ["succeeded"]
