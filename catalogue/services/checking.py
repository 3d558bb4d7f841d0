"""What the fields of a template may hold, one function for each kind. Pure: values in, values out."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from catalogue.models import DiskController, EthernetDriver, GuestSetup
from catalogue.os_types import OS_TYPES
from core.errors import Invalid

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
ADDRESSES = ("https://", "http://", "/catalogue/icons/")
MOST_VARIABLES, LONGEST_VALUE = 100, 1024
LARGEST = {"vcpus": 128, "memory_mib": 4 * 1024 * 1024, "cores_per_socket": 128}
LONGEST = {
    "name": 128, "description": 255, "icon": 255, "os_version": 64, "login_user": 64, "cost_code": 64,
    "terms": 100_000, "version_note": 255, "label": 128, "adapter": 32,
}  # fmt: skip
CHOICES = {
    "os_type": frozenset(OS_TYPES),
    "guest_setup": frozenset(GuestSetup.values),
    "ethernet_driver": frozenset({"", *EthernetDriver.values}),
    "controller": frozenset(DiskController.values),
}


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values in their proper types. Raises Invalid, naming what is wrong."""
    return {name: _check_of(name)(name, value) for name, value in values.items()}


def _check_of(name: str) -> Callable[[str, Any], Any]:
    if name in LONGEST:
        return _text
    if name in CHOICES:
        return _choice
    if name.removesuffix("_min").removesuffix("_max") in LARGEST:
        return _number
    return _variables if name == "variables" else _as_it_is


def _as_it_is(_name: str, value: Any) -> Any:
    return value


def _text(name: str, value: Any) -> str:
    text = str(value if value is not None else "").strip()
    if len(text) > LONGEST[name]:
        raise Invalid(
            _("%(name)s has at most %(most)s characters; this one has %(length)s.")
            % {"name": name, "most": LONGEST[name], "length": len(text)}
        )
    if name == "name" and not (text and text.isprintable()):
        raise Invalid(_("A template needs a name of printable characters."))
    if name == "icon" and text and not text.startswith(ADDRESSES):
        raise Invalid(_("An icon is the address of a picture: https://…"), code="VIMAGE-12")
    return text


def _choice(name: str, value: Any) -> str:
    if value not in CHOICES[name]:
        raise Invalid(
            _("%(value)s is none of %(allowed)s.")
            % {"value": value, "allowed": ", ".join(sorted(filter(None, CHOICES[name])))}
        )
    return value


def _number(name: str, value: Any) -> int | None:
    """A bound may be None: then nothing is bound."""
    plain = name.removesuffix("_min").removesuffix("_max")
    if value is None and plain != name:
        return None
    if not isinstance(value, int) or not 0 < value <= LARGEST[plain]:
        raise Invalid(
            _("%(name)s must be between 1 and %(most)s; %(value)s is not.")
            % {"name": name, "most": LARGEST[plain], "value": value}
        )
    return value


def _variables(_name: str, variables: Any) -> dict[str, str]:
    if not isinstance(variables, dict) or len(variables) > MOST_VARIABLES:
        raise Invalid(_("Variables are at most %(most)s names with values.") % {"most": MOST_VARIABLES})
    for name, value in variables.items():
        if not VARIABLE_NAME.fullmatch(str(name)) or value in (None, ""):
            raise Invalid(
                _("The variable %(name)r needs a name of letters, digits and _ and a value.")
                % {"name": name},
                code="VIMAGE-76",
            )
        if len(str(value)) > LONGEST_VALUE:
            raise Invalid(
                _("The value of %(name)s has more than %(most)s characters.")
                % {"name": name, "most": LONGEST_VALUE}
            )
    return {str(name): str(value) for name, value in variables.items()}
