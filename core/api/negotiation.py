"""Which representation a request wants, and whether the body it brings is one this URL takes."""

from dataclasses import dataclass

from core.api.errors import NotAcceptable, UnsupportedMediaType
from core.api.media_types import (
    GENERIC_JSON,
    PLAIN,
    MediaType,
    parse_accept,
    parse_media_type,
    vendor_type,
)
from core.api.versions import Spelling, Version, current_version, known_version

SYNTAXES = frozenset({"json"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The representation to answer with. ``version`` is None when the client named none."""

    name: str
    syntax: str = "json"
    version: Version | None = None

    @property
    def spelling(self) -> Spelling:
        return self.version.spelling if self.version else Spelling.BOTH

    @property
    def content_type(self) -> str:
        bare = vendor_type(self.name, self.syntax)
        return bare if "/" in self.name else f"{bare}; version={self.version or current_version()}"


def choose_representation(accept: str | None, offered: tuple[str, ...], also_fine: frozenset[str]) -> Choice:
    """The first acceptable of ``offered`` (short names or ``text/plain``); generic types get the first one.

    ``also_fine`` are types of the same URL: clients keep the Accept of the link they
    followed, also where an action answers something else.

    Raises NotAcceptable.
    """
    if not offered:
        return Choice("error")
    if not accept or not accept.strip():
        return Choice(offered[0])
    refusal = NotAcceptable("None of the media types you accept is available at this address.")
    for wanted in parse_accept(accept):
        try:
            choice = _match(wanted, offered, also_fine)
        except NotAcceptable as error:
            refusal = error
            continue
        if choice:
            return choice
    raise refusal


def _match(wanted: MediaType, offered: tuple[str, ...], also_fine: frozenset[str]) -> Choice | None:
    version = _known(wanted, NotAcceptable("This version of the media type is unknown."))
    if wanted.name:
        if wanted.syntax not in SYNTAXES:
            raise NotAcceptable("Only JSON is available at this address.")
        if wanted.name in offered:
            return Choice(wanted.name, wanted.syntax, version)
        return Choice(offered[0], wanted.syntax, version) if wanted.name in also_fine else None
    if wanted.text in GENERIC_JSON:
        return Choice(offered[0], "json", version)
    return Choice(offered[0]) if wanted.text in PLAIN and offered[0] in PLAIN else None


def body_type(content_type: str | None, accepted: tuple[str, ...], also_fine: frozenset[str]) -> str:
    """The short name of the body's type, '' when the client told nothing usable but JSON may be assumed.

    Raises UnsupportedMediaType for types, or versions of them, that this URL doesn't take.
    """
    if not content_type or not content_type.strip():
        return ""
    brought = parse_media_type(content_type)
    if brought.text in GENERIC_JSON or brought.text == "application/x-www-form-urlencoded":
        return ""
    code = "415-UNSUPPORTED-MEDIA-TYPE-VERSION"
    _known(brought, UnsupportedMediaType("This version of the media type is unknown.", code=code))
    if brought.text in PLAIN and (not accepted or "text/plain" in accepted):
        return "text/plain"
    if (
        brought.name
        and brought.syntax in SYNTAXES
        and (brought.name in accepted or brought.name in also_fine)
    ):
        return brought.name
    raise UnsupportedMediaType("This address doesn't take bodies of this media type.")


def _known(media_type: MediaType, refusal: Exception) -> Version | None:
    if not media_type.version:
        return None
    version = known_version(media_type.version)
    if version is None:
        raise refusal
    return version
