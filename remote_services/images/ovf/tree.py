"""XML that nobody vouches for as a tree of bounded size, without entities, and reading from it by local
names: packages of all versions and makers differ in namespaces only."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from remote_services.images.refusal import ImageRefused, RefusalCode

MOST_BYTES = 4 * 2**20
_MOST_ELEMENTS = 20_000
_DEEPEST = 40
_NUMBER = re.compile(r"\d{1,18}$", re.ASCII)
_UNPRINTABLE = re.compile(r"(?:[^\S\n]|[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff])+")


class _TooMuch(ValueError):
    """The document has more elements, or deeper ones, than a package needs."""


class _BoundedBuilder(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > _MOST_ELEMENTS or self._depth > _DEEPEST:
            raise _TooMuch(f"more than {_MOST_ELEMENTS} elements, or deeper than {_DEEPEST}")
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def parsed(document: bytes) -> Element:
    """Raises ImageRefused."""
    if len(document) > MOST_BYTES:
        raise damaged(f"it has {len(document)} bytes; {MOST_BYTES} are the most")
    parser = DefusedXMLParser(target=_BoundedBuilder(), forbid_dtd=True)
    try:
        parser.feed(document)
        return parser.close()
    except DefusedXmlException as error:
        raise ImageRefused(
            RefusalCode.OVF_EXTERNAL_REFERENCE,
            f"Its descriptor declares entities or a document type ({type(error).__name__}); none is taken.",
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise damaged(str(error)[:200]) from error


def local_name(name: str) -> str:
    return name.rpartition("}")[2]


def children(element: Element | None, name: str) -> Iterator[Element]:
    for child in element if element is not None else ():
        if local_name(child.tag) == name:
            yield child


def first(element: Element | None, *path: str) -> Element | None:
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: Element, name: str) -> str:
    """The attribute of this local name in whatever namespace, empty when there is none."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")


def text(element: Element | None, *path: str, longest: int = 255) -> str:
    """The text of the first element at ``path``, as printable words, cut at ``longest`` characters."""
    return printable((found.text or "") if (found := first(element, *path)) is not None else "", longest)


def printable(words: str, longest: int = 255) -> str:
    return _UNPRINTABLE.sub(" ", words).strip()[:longest].rstrip()


def number(words: str, what: str, most: int) -> int:
    """Raises ImageRefused for what is not a number from 0 to ``most``."""
    words = words.strip()
    if not _NUMBER.match(words) or int(words) > most:
        raise damaged(f"its {what} is {words[:40]!r}; numbers up to {most} are taken")
    return int(words)


def damaged(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.OVF_DAMAGED, f"Its descriptor can't be used: {why}.")
