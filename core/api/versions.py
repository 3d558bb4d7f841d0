"""Which versions of the dialect a client may name, and which spelling of the fields each one gets."""

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

_LAST_MINOR = {2: 9, 3: 10, 4: 7}


class Spelling(Enum):
    """Some properties were renamed with 4.0; a client that names no version gets both names."""

    OLDER = "older"
    CURRENT = "current"
    BOTH = "both"


class Version(NamedTuple):
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def spelling(self) -> Spelling:
        return Spelling.OLDER if self.major < 4 else Spelling.CURRENT  # noqa: PLR2004


def current_version() -> Version:
    """The version this installation claims (major.minor of ATRIUM_API_VERSION)."""
    major, minor, *_ = settings.ATRIUM_API_VERSION.split(".")
    return Version(int(major), int(minor))


@lru_cache(maxsize=256)
def known_version(text: str) -> Version | None:
    """The version a client named; a patch part is ignored. None when there never was such a version."""
    parts = text.split(".")
    if len(parts) == 1:
        parts.append("0")
    if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):  # noqa: PLR2004
        return None
    version, current = Version(int(parts[0]), int(parts[1])), current_version()
    if version.major == current.major:
        return version if version <= current else None
    return version if version.minor <= _LAST_MINOR.get(version.major, -1) and version < current else None
