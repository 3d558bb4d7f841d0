"""A page and the stream that goes on from it leave no gap between them."""

import re

from events.services import record_event


def test_a_change_while_the_page_is_made_is_told_again(world, client, monkeypatch):
    from compute.ui.views import machine_list

    world.machine  # noqa: B018  there is a row to show
    client.force_login(world.user)
    read = machine_list.MachineFilter.read

    def something_happens_meanwhile(params):
        record_event(kind="virtual_machine.deleted", subject=world.machine)
        return read(params)

    monkeypatch.setattr(machine_list.MachineFilter, "read", something_happens_meanwhile)
    page = client.get("/machines/").content.decode()

    seen = re.search(r'data-live-seen="([^"]*)"', page)[1].split()
    told = str(latest_event_id())
    assert told not in seen
    assert int(re.search(r'data-live-seq="(\d+)"', page)[1]) < int(told)


def latest_event_id() -> int:
    from events.models import Event

    return Event.objects.order_by("-id").first().id
