"""Reads the part ``diskInfo`` of published clients: what they say of the machine besides the file.

Anything that is not understood is left out; a login password is not passed on.
"""

import json
from typing import Any

LONGEST_TEXT = 255
LARGEST_NUMBER = 2**31 - 1
_ROOTS = ("ovfPackageInstanceDto", "virtualmachinetemplate")
_TEXTS = {
    "name": "name",
    "description": "description",
    "categoryName": "category",
    "osType": "os_type",
    "osVersion": "os_version",
    "loginUser": "login_user",
    "ethernetDriverType": "ethernet_driver",
}
_NUMBERS = {
    "requiredCpu": "vcpus",
    "requiredRamInMB": "memory_mib",
    "cpu": "vcpus",
    "ram": "memory_mib",
}


def proposal_in(text: bytes) -> dict[str, str | int]:
    """What is told, by our names; empty when the text is no JSON object."""
    try:
        document = json.loads(text.replace(b"\\", b"/") if b"fakepath" in text else text)
    except (ValueError, RecursionError):
        return {}
    for root in _ROOTS:
        if isinstance(document, dict) and isinstance(document.get(root), dict):
            document = document[root]
    if not isinstance(document, dict):
        return {}
    return _texts(document) | _numbers(document)


def _texts(document: dict[str, Any]) -> dict[str, str | int]:
    told = {ours: document.get(theirs) for theirs, ours in _TEXTS.items()}
    return {
        name: each.strip()[:LONGEST_TEXT] for name, each in told.items() if isinstance(each, str) and each
    }


def _numbers(document: dict[str, Any]) -> dict[str, str | int]:
    told = {ours: document[theirs] for theirs, ours in _NUMBERS.items() if theirs in document}
    digits = {name: str(each) for name, each in told.items() if isinstance(each, int | str)}
    return {
        name: int(each)
        for name, each in digits.items()
        if each.isascii() and each.isdigit() and 0 < int(each[:12]) <= LARGEST_NUMBER
    }
