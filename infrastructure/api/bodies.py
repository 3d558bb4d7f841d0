"""What a body says of the things inside a host."""

import posixpath
from typing import Any

from django.utils.translation import gettext as _

from core.api.document import Document
from core.api.errors import invalid
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
