"""What a body says of the things inside a host, and what it names without an id."""

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _

from core.api.document import Document
from core.api.errors import invalid
from core.errors import Invalid
from infrastructure.api.resources import BYTES_PER_MIB, DATASTORE


def datastores_in(document: Document) -> list[dict[str, Any]]:
    """The arguments for the service of each datastore in a host's body. Raises Problems, Invalid."""
    listed = document.get("datastores")
    if isinstance(listed, dict):
        listed = listed.get("collection")
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise invalid("datastores", _("must be a list of objects."))
    return [_datastore(Document(each)) for each in listed]


def _datastore(document: Document) -> dict[str, Any]:
    values = DATASTORE.read(document, creating=True)
    directory = values.pop("directory", "").lstrip("/")
    values["path"] = posixpath.join(values["path"], directory) if directory else values["path"]
    values["size_mib"] = values.pop("size_bytes") // BYTES_PER_MIB
    return values


def named_in(document: Document, rel: str, below: str) -> str:
    """The name a link of the body ends with, for what is told by name instead of an id; empty without a link.

    ``below`` is the path it must stand under, like ``config/hypervisortypes``. Raises Invalid (GEN-6).
    """
    href = next((str(each.get("href") or "") for each in document.links if each.get("rel") == rel), "")
    if not href:
        return ""
    found = re.search(rf"(?:^|/){below}/([^/?#]+)/?$", href)
    if found is None:
        raise Invalid(
            _("The link '%(rel)s' leads to something else than expected here.") % {"rel": rel}, code="GEN-6"
        )
    return unquote(found[1])
