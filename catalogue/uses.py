"""Who uses templates. What is made of them lies in packages above, which register how to look."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """Something made of a template. ``holds_file``: it reads the template's file and breaks without it."""

    name: str
    enterprise_id: int
    holds_file: bool


Finder = Callable[[int], Iterable[Use]]
Shower = Callable[[int, Any], list[dict[str, Any]]]
Reader = Callable[[int], Iterable[str]]

_finders: list[Finder] = []
_showers: list[Shower] = []
_readers: list[Reader] = []


def register(finder: Finder, shower: Shower, reader: Reader) -> None:
    """``finder`` gives all uses of a template by its id, whoever asks: for deciding only.

    ``shower`` gives those an actor may see, as rows with ``name``, ``url``, ``place``, ``state``.
    ``reader`` gives the paths of the template's files that somebody reads.
    """
    _finders.append(finder)
    _showers.append(shower)
    _readers.append(reader)


def uses_of(template_id: int) -> list[Use]:
    """Everything made of a template. Never to be shown as it is."""
    return [use for finder in _finders for use in finder(template_id)]


def uses_shown_to(actor: Any, template_id: int) -> list[dict[str, Any]]:
    """What the actor may see of them."""
    return [row for shower in _showers for row in shower(template_id, actor)]


def files_read(template_id: int) -> set[str]:
    """The paths of those files of a template, its own and converted ones, that disks read from now."""
    return {path for reader in _readers for path in reader(template_id)}
