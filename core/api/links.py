"""Links: absolute addresses going out, references coming in of which only the path counts."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from core.api.media_types import vendor_type
from core.errors import Invalid

API_ROOT = "/api"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Whatever is longer is no id, and some databases refuse to look for it.
_ID = r"(?P<\1>[0-9]{1,18})"


def base_url(request) -> str:
    """What every address starts with: the configured public address, else what the request came to."""
    origin = settings.ATRIUM_PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
    return f"{origin}{API_ROOT}"


def link(rel: str, href: str, target: str = "", title: str = "") -> dict[str, str]:
    """One link of an answer. ``target`` is the short name of what stands there; types carry no version."""
    found = {"rel": rel, "href": href}
    if target:
        found["type"] = vendor_type(target)
    if title:
        found["title"] = title
    return found


@dataclass(frozen=True, slots=True)
class Address:
    """The template of a path below the API's root: ``/admin/racks/{rack_id}``, names are columns of a row."""

    template: str

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(_PLACEHOLDER.findall(self.template))

    @property
    def percent_format(self) -> str:
        return _PLACEHOLDER.sub("%s", self.template.replace("%", "%%"))


def reference(links: Iterable[Mapping], rel: str, *templates: str) -> dict[str, int] | None:
    """The ids in the link named ``rel`` of a request body; None when there is no such link.

    Templates are like ``/cloud/locations/{location}``; the host and what precedes the
    API's root are ignored, and so are type and title.

    Raises Invalid (GEN-6) when the address is none of the templates.
    """
    href = next((str(each.get("href") or "") for each in links if each.get("rel") == rel), None)
    if href is None:
        return None
    path = _path_of(href).rstrip("/").split(f"{API_ROOT}/", 1)[-1]
    for template in templates:
        match = re.fullmatch(_PLACEHOLDER.sub(_ID, template.lstrip("/")), path)
        if match:
            return {name: int(value) for name, value in match.groupdict().items()}
    raise Invalid(f"The link '{rel}' leads to something else than expected here.", code="GEN-6")


def _path_of(href: str) -> str:
    try:
        return urlsplit(href).path
    except ValueError:
        return ""
