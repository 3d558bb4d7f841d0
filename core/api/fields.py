"""What a resource's properties are: where they come from, how they are shown and read.

A field is a value; compiling and rendering is done in ``resource``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _

from core.api.errors import invalid

_LARGEST = 2**63 - 1


class Kind(Enum):
    """JSON types of properties, by their OpenAPI name."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    OBJECT = "object"
    LIST = "array"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property.

    ``source`` is the column it is read from (default: its name); ``show`` converts the
    column's value. With ``needs`` the property is computed: ``show`` gets the whole row and
    ``needs`` names the columns it looks at. ``constant`` is for properties that are always
    sent because some client insists on them. ``older`` is the name before 4.0. ``writes``
    names the argument of the service for what clients send under this name; bounds are
    inclusive.
    """

    name: str
    kind: Kind = Kind.TEXT
    source: str = ""
    show: Callable[[Any], Any] | None = None
    needs: tuple[str, ...] = ()
    constant: Any = None
    older: str = ""
    also: tuple[str, ...] = ()
    writes: str = ""
    required: bool = False
    least: int | None = None
    most: int | None = None
    written_only: bool = False
    help: str = ""

    @property
    def column(self) -> str:
        return self.source or self.name

    @property
    def columns(self) -> tuple[str, ...]:
        if self.needs or self.constant is not None or self.written_only:
            return self.needs
        return (self.column,)

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.older, *self.also)))

    def read(self, value: Any) -> Any:
        """The value a client sent, converted to this field's type. Raises Invalid, naming the property."""
        converted = _READERS[self.kind](self.name, value)
        size = len(converted) if self.kind is Kind.TEXT else converted
        if self.least is not None and size < self.least:
            raise invalid(self.name, self._bounds())
        if self.most is not None and size > self.most:
            raise invalid(self.name, self._bounds())
        return converted

    def _bounds(self) -> str:
        least, most = self.least if self.least is not None else 0, self.most
        if self.kind is Kind.TEXT:
            return _("must have %(least)s to %(most)s characters.") % {"least": least, "most": most or "∞"}
        return _("must be between %(least)s and %(most)s.") % {"least": least, "most": most or "∞"}


def integer(name: str, **options) -> Field:
    return Field(name=name, kind=Kind.INTEGER, **options)


def text(name: str, **options) -> Field:
    return Field(name=name, **options)


def boolean(name: str, **options) -> Field:
    return Field(name=name, kind=Kind.BOOLEAN, **options)


def number(name: str, **options) -> Field:
    return Field(name=name, kind=Kind.NUMBER, **options)


def epoch_seconds(moment: datetime | None) -> int | None:
    """Tasks tell times in whole seconds since 1970."""
    return None if moment is None else int(moment.timestamp())


def iso_millis(moment: datetime | None) -> str | None:
    """``2016-11-24T14:28:04.000+0000``"""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}+0000"


def _read_text(name: str, value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise invalid(name, _("must be a text."))
    return str(value)


def _read_integer(name: str, value: Any) -> int:
    try:
        if isinstance(value, bool | dict | list) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError
        whole = int(value)
    except ValueError:
        raise invalid(name, _("must be a whole number.")) from None
    if abs(whole) > _LARGEST:
        raise invalid(name, _("is too large."))
    return whole


def _read_number(name: str, value: Any) -> float:
    try:
        if isinstance(value, bool | dict | list):
            raise ValueError
        return float(value)
    except ValueError:
        raise invalid(name, _("must be a number.")) from None


def _read_boolean(name: str, value: Any) -> bool:
    known = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        raise invalid(name, _("must be true or false."))
    return known[str(value).lower()]


def _read_object(name: str, value: Any) -> dict:
    if not isinstance(value, dict):
        raise invalid(name, _("must be an object."))
    return value


def _read_list(name: str, value: Any) -> list:
    if isinstance(value, dict) and isinstance(value.get("collection"), list):
        return value["collection"]
    if not isinstance(value, list):
        raise invalid(name, _("must be a list."))
    return value


_READERS = {
    Kind.TEXT: _read_text,
    Kind.INTEGER: _read_integer,
    Kind.NUMBER: _read_number,
    Kind.BOOLEAN: _read_boolean,
    Kind.OBJECT: _read_object,
    Kind.LIST: _read_list,
}
