"""The event log shows when somebody changed it behind the platform's back."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from events.models import Event, EventSeal
from events.services import record_event, seal_events, sealing
from events.services.sealing import BATCH
from events.subject import Subject

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def sealed_events() -> list[Event]:
    """A log in two pieces, with gaps between the numbers as rolled back transactions leave them."""
    for piece in range(2):
        Event.objects.bulk_create(
            Event(
                pk=100 * piece + 10 * number,
                kind="thing.told",
                subject_type="thing",
                subject_name=f"Größe {number}",
                data={"piece": piece, "b": 1, "a": [2.5, None]},
                changes={"name": ["old", "new"]},
            )
            for number in range(1, 4)
        )
        settle()
        assert seal_events() == 3
    return list(Event.objects.order_by("id"))


def settle() -> None:
    """Make what is not sealed yet an hour old."""
    last = EventSeal.objects.last()
    unsealed = Event.objects.filter(pk__gt=last.last_event_id if last else 0)
    unsealed.update(occurred_at=timezone.now() - LONG_AGO)


def falsify(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(actor_name="somebody else")


def change_what_changed(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(changes={"name": ["old", "other"]})


def remove(event: Event) -> None:
    event.delete()


def slip_in(event: Event) -> None:
    Event.objects.create(pk=event.pk - 1, kind="thing.told", subject_type="thing")


def forge_the_seal(event: Event) -> None:
    EventSeal.objects.filter(last_event_id__gte=event.pk).update(event_count=2)
    event.delete()


def test_an_untouched_log_is_whole(sealed_events, capsys):
    call_command("verify_events")

    assert f"whole up to event {sealed_events[-1].pk}" in capsys.readouterr().out


def hide(event: Event) -> None:
    Event.objects.filter(pk=event.pk).update(virtual_appliance_id=7)


@pytest.mark.parametrize("tamper", [falsify, change_what_changed, remove, slip_in, forge_the_seal, hide])
@pytest.mark.parametrize("position", [0, 2, 3, 5])
def test_every_kind_of_tampering_shows(sealed_events, tamper, position):
    tamper(sealed_events[position])

    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_events")


def test_a_removed_middle_piece_shows(sealed_events):
    EventSeal.objects.order_by("id").first().delete()

    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_events")


def test_a_log_cut_off_at_its_end_shows_by_the_head_kept_elsewhere(sealed_events):
    head = EventSeal.objects.last()
    Event.objects.filter(id__gt=sealed_events[2].pk).delete()
    head.delete()

    call_command("verify_events")
    with pytest.raises(CommandError, match="not in the chain"):
        call_command("verify_events", head=head.digest)


def test_what_has_not_settled_is_sealed_later(sealed_events):
    record_event(kind="thing.told", subject=Subject("thing", 9))

    assert seal_events() == 0


def test_a_long_log_is_sealed_in_pieces():
    Event.objects.bulk_create(Event(kind="thing.told", subject_type="thing") for _ in range(BATCH + 1))
    settle()

    assert seal_events() == BATCH + 1
    assert EventSeal.objects.count() == 2
    call_command("verify_events")


def test_a_log_outlives_a_new_secret_key(sealed_events, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of this installation, long enough"

    call_command("verify_events")


def test_what_was_sealed_before_events_named_their_appliance_is_whole(sealed_events, settings):
    EventSeal.objects.all().delete()
    last = sealed_events[-1].pk
    rows = list(sealing._events(0, last, 1))
    digest = sealing._digest("", rows, settings.SECRET_KEY)
    EventSeal.objects.create(digest=digest, last_event_id=last, event_count=len(rows), form=1)

    hide(sealed_events[0])

    call_command("verify_events")
