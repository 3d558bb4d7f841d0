"""Reading the media types of Accept and Content-Type in every spelling clients are known to use."""

import re
from dataclasses import dataclass
from functools import lru_cache

VENDOR = "application/vnd.abiquo."
GENERIC_JSON = frozenset(
    {"application/json", "text/json", "text/html", "application/xhtml+xml", "*/*", "application/*"}
)
PLAIN = frozenset({"text/plain", "text/ascii", "text/*"})

_VENDOR = re.compile(r"^application/vnd\.abiquo\.([a-z0-9_.-]+)\+(json|xml)$")
_XML = frozenset({"application/xml", "text/xml"})


@dataclass(frozen=True, slots=True)
class MediaType:
    """One media type. ``name`` is the short vendor name (``rack``), empty for types that are not ours."""

    text: str
    name: str = ""
    syntax: str = ""
    version: str = ""
    quality: float = 1.0


def vendor_type(name: str, syntax: str = "json") -> str:
    """The bare media type of a short name; a text that is a media type already stays as it is."""
    return name if "/" in name else f"{VENDOR}{name}+{syntax}"


@lru_cache(maxsize=512)
def parse_media_type(header: str) -> MediaType:
    """Parse one media type with its parameters; letter case, spaces and stray semicolons don't matter."""
    text, *parameters = (part.strip().lower() for part in header.split(";"))
    values = dict(part.split("=", 1) for part in parameters if "=" in part)
    values = {key.strip(): value.strip().strip('"') for key, value in values.items()}
    vendor = _VENDOR.match(text)
    name, syntax = vendor.groups() if vendor else ("", "xml" if text in _XML else "")
    return MediaType(text, name, syntax, values.get("version", ""), _quality(values.get("q", "1")))


@lru_cache(maxsize=512)
def parse_accept(header: str) -> tuple[MediaType, ...]:
    """The types of an Accept header, the preferred ones first."""
    types = [parse_media_type(part) for part in header.split(",") if part.strip()]
    return tuple(sorted((each for each in types if each.quality > 0), key=lambda each: -each.quality))


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
