"""Reads the index of a remote repository (``ovfindex.xml``): a ``RepositorySpace`` with an ``OVFDescription``
for each template, whose words are attributes or elements with whatever prefixes. It comes from outside: it is
bounded, has no entities, and leads to nowhere else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from catalogue.os_types import OS_TYPES

MOST_BYTES = 4 * 2**20
MOST_DEFINITIONS = 1000
MOST_ELEMENTS = 50_000
LARGEST_BYTES = 2**53
_DEEPEST = 20
_MIB = 2**20
_FORMAT = re.compile(r"RAW|ISO|VMDK_STREAM_OPTIMIZED|(VMDK|VHD|VHDX|VDI|QCOW2)_(FLAT|SPARSE)")
_MIB_TOLD = re.compile(r"[0-9]{1,12}([.][0-9]{1,20})?")


class IndexRefused(Exception):
    """The document is no index; the text says why, for whoever gave its address."""


@dataclass(frozen=True)
class Described:
    """One template of the index. ``url`` leads to its descriptor or its file; of ``categories`` the first
    that is known counts."""

    url: str
    name: str
    description: str = ""
    categories: tuple[str, ...] = ()
    product_name: str = ""
    product_url: str = ""
    product_vendor: str = ""
    product_version: str = ""
    icon_url: str = ""
    os_type: str = ""
    disks: tuple[dict, ...] = ()


@dataclass(frozen=True)
class Index:
    """``left_out`` is how many entries were not taken: for want of an address, or since they lead out of the
    index's own folder."""

    name: str
    definitions: tuple[Described, ...] = field(default=())
    left_out: int = 0


class _TooMuch(ValueError):
    """It has more elements, or deeper ones, than an index needs."""


class _Bounded(TreeBuilder):
    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS or self._depth > _DEEPEST:
            raise _TooMuch(f"it has more than {MOST_ELEMENTS} elements, or deeper ones than {_DEEPEST}")
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        self._depth -= 1
        return super().end(tag)


def read_index(document: bytes, url: str) -> Index:
    """What the document, which was found at ``url``, offers. Raises IndexRefused."""
    space = _parsed(document)
    if _local(space.tag) != "RepositorySpace":
        raise IndexRefused(f"its outermost element is {_local(space.tag)[:40]} instead of RepositorySpace")
    entries = [each for each in space if _local(each.tag) == "OVFDescription"]
    if len(entries) > MOST_DEFINITIONS:
        raise IndexRefused(f"it lists {len(entries)} templates; {MOST_DEFINITIONS} are the most")
    described = [each for each in (_described(entry, url) for entry in entries) if each]
    # Generators of such lists tell one address several times; the last time counts.
    found = {each.url: each for each in described}
    name = _told(space, "RepositoryName")[:128] or (urlsplit(url).hostname or "")[:128]
    return Index(name, tuple(found.values()), len(entries) - len(described))


def _parsed(document: bytes) -> Element:
    if len(document) > MOST_BYTES:
        raise IndexRefused(f"it has {len(document)} bytes; {MOST_BYTES} are the most")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(document)
        return parser.close()
    except DefusedXmlException:
        raise IndexRefused("it declares entities or a document type; none is taken") from None
    except (ParseError, ValueError, LookupError) as error:
        raise IndexRefused(f"it can't be read: {str(error)[:200]}") from None


def _described(entry: Element, base: str) -> Described | None:
    url = _inside(base, _told(entry, "OVFFile"))
    if not url:
        return None
    product = _text(entry, "Product", 128)
    return Described(
        url=url,
        name=_text(entry, "Name", 128) or product or url.rpartition("/")[2][:128],
        description=_text(entry, "Description", 255) or _text(entry, "Info", 255),
        categories=tuple(
            each.strip()[:30] for each in _told(entry, "OVFCategories").split(",") if each.strip()
        ),
        product_name=product,
        product_url=_web(_text(entry, "ProductUrl", 255)),
        product_vendor=_text(entry, "Vendor", 128),
        product_version=_text(entry, "Version", 64) or _text(entry, "FullVersion", 64),
        icon_url=_web(urljoin(base, _icon(entry)))[:500],
        os_type=_os_type(_told(entry, "OSType")),
        disks=tuple(_disks(entry)),
    )


def _inside(base: str, told: str) -> str:
    """The address, if it is beneath the folder of the index; else nothing."""
    told = told.strip()
    if not told or "\\" in told:
        return ""
    try:
        url = urljoin(base, told)
        here, there = urlsplit(base), urlsplit(url)
    except ValueError:
        return ""
    folder = here.path.rpartition("/")[0] + "/"
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    plain = url.isprintable() and " " not in url and "/../" not in there.path and "%2e" not in url.lower()
    return url if same and plain and there.path.startswith(folder) and len(url) <= 500 else ""  # noqa: PLR2004


def _disks(entry: Element) -> Iterator[dict]:
    """The disks as elements of their own, or the one that the entry itself describes."""
    own = [each for each in entry if _local(each.tag) == "Disk"]
    for disk in own or [entry]:
        size_bytes = _number(disk, "DiskFileSize") or _mib(disk, "DiskSizeMb") or _mib(disk, "DiskSize")
        told = _told(disk, "DiskFormat")
        name = told if _FORMAT.fullmatch(told) else "UNKNOWN" if told else ""
        virtual_bytes = _number(disk, "HdRequired")
        if size_bytes or name or virtual_bytes:
            label = _told(disk, "Label")[:128]
            sizes = {"file_size_bytes": size_bytes, "virtual_size_bytes": virtual_bytes}
            yield {"label": label, "format": name} | sizes


def _icon(entry: Element) -> str:
    icon = next((each for each in entry if _local(each.tag) == "Icon"), None)
    return "" if icon is None else _attribute(icon, "fileRef") or (icon.text or "").strip()


def _os_type(told: str) -> str:
    return told if told in OS_TYPES else ""


def _web(url: str) -> str:
    return url if url.startswith(("http://", "https://")) else ""


def _told(element: Element, name: str) -> str:
    return _attribute(element, name) or _text(element, name, 500)


def _number(element: Element, name: str) -> int:
    told = _told(element, name)
    return min(int(told), LARGEST_BYTES) if told.isascii() and told.isdigit() and len(told) < 19 else 0  # noqa: PLR2004


def _mib(element: Element, name: str) -> int:
    """In bytes, rounded up; some tell fractions."""
    told = _told(element, name)
    return min(ceil(float(told) * _MIB), LARGEST_BYTES) if _MIB_TOLD.fullmatch(told) else 0


def _text(element: Element, name: str, longest: int) -> str:
    found = next((each for each in element if _local(each.tag) == name), None)
    words = "" if found is None else " ".join((found.text or "").split())
    return "".join(letter for letter in words if letter.isprintable())[:longest]


def _attribute(element: Element, name: str) -> str:
    found = next((value for key, value in element.attrib.items() if _local(key) == name), "")
    return "".join(letter for letter in found if letter.isprintable()).strip()[:500]


def _local(name: str) -> str:
    return name.rpartition("}")[2]
