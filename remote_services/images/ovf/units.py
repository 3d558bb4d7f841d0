"""Units as OVF writes them (``byte * 2^30``, ``GigaBytes``) in bytes."""

import re

_WORDS = {
    "": 1, "byte": 1, "bytes": 1,
    "kb": 2**10, "kilobytes": 2**10, "kibibytes": 2**10,
    "mb": 2**20, "megabytes": 2**20, "mebibytes": 2**20,
    "gb": 2**30, "gigabytes": 2**30, "gibibytes": 2**30,
    "tb": 2**40, "terabytes": 2**40, "tebibytes": 2**40,
}  # fmt: skip
_POWER = re.compile(r"bytes?\*(2|10)\^(\d{1,2})$")
_MULTIPLE = re.compile(r"bytes?\*(\d{1,15})$")
_LARGEST = 2**50


def bytes_in(unit: str) -> int:
    """Raises ValueError for what is no unit of OVF, and for units beyond a pebibyte."""
    words = "".join(unit.lower().split())
    if words in _WORDS:
        return _WORDS[words]
    if power := _POWER.match(words):
        factor = int(power[1]) ** int(power[2])
    elif multiple := _MULTIPLE.match(words):
        factor = int(multiple[1])
    else:
        raise ValueError(f"{unit[:40]!r} is no unit")
    if not 0 < factor <= _LARGEST:
        raise ValueError(f"{unit[:40]!r} is too large a unit")
    return factor
