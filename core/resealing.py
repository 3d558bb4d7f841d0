"""Sealing anew, with the present key, what older keys sealed. Apps say at start where sealed texts are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction

from core.sealing import CannotUnseal, resealed

CHUNK = 500


@dataclass(frozen=True)
class Place:
    """A column of a model (``app.Model``). With ``keys`` it is JSON with texts or lists under these."""

    model: str
    column: str
    purpose: str
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.model}.{self.column}"


@dataclass
class Tally:
    """What came of one place: rows sealed anew, and rows that no key known here opens."""

    place: Place
    renewed: int = 0
    closed: int = 0


_places: dict[str, Place] = {}


def sealed_in(model: str, column: str, *, purpose: str, keys: tuple[str, ...] = ()) -> None:
    """Say that this column holds sealed texts. Saying it again changes nothing."""
    place = Place(model, column, purpose, keys)
    _places[str(place)] = place


def reseal_everything() -> Iterator[Tally]:
    """Seal anew whatever an older key sealed, row by row and place by place; may be stopped and run again."""
    for place in _places.values():
        yield _resealed_place(place)


def _resealed_place(place: Place) -> Tally:
    tally, model = Tally(place), apps.get_model(place.model)
    for pk in model._default_manager.values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        try:
            tally.renewed += _resealed_row(model, pk, place)
        except CannotUnseal:
            tally.closed += 1
    return tally


@transaction.atomic
def _resealed_row(model: Any, pk: Any, place: Place) -> bool:
    """Whether the row held anything old. It is locked, so a secret that is set meanwhile is not undone."""
    row = model._default_manager.select_for_update().filter(pk=pk).only(place.column).first()
    held = getattr(row, place.column, None)
    if not held:
        return False
    if place.keys:
        anew = held | {key: _anew(held[key], place) for key in place.keys if held.get(key)}
    else:
        anew = _anew(held, place)
    if anew == held:
        return False
    model._default_manager.filter(pk=pk).update(**{place.column: anew})
    return True


def _anew(held: Any, place: Place) -> Any:
    if isinstance(held, list):
        return [resealed(each, purpose=place.purpose) for each in held]
    return resealed(held, purpose=place.purpose)
