"""The body of a request: an object whose property names are read without regard to case."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from core.api import links
from core.errors import Invalid


class Document:
    """A decoded body. Null properties count as absent; an absent or ``null`` body is an empty document."""

    def __init__(self, content: Mapping[str, Any] | None = None):
        given = content or {}
        self.properties = {name.lower(): value for name, value in given.items() if value is not None}
        listed = self.properties.get("links")
        self.links: list[Mapping] = (
            [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
        )
        self.has_links = isinstance(listed, list)

    @classmethod
    def parse(cls, body: bytes) -> "Document":
        """Decode JSON. Raises Invalid (400-BAD-REQUEST) when it is none or not an object."""
        if not body.strip():
            return cls()
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Invalid(f"The body is no valid JSON: {error}.", code="400-BAD-REQUEST") from None
        if content is not None and not isinstance(content, dict):
            raise Invalid("The body must be a JSON object.", code="400-BAD-REQUEST")
        return cls(content)

    def get(self, *names: str) -> Any:
        """The first of the properties that is present, None when none is."""
        return next(iter(self.all(*names)), None)

    def all(self, *names: str) -> list[Any]:
        """The values of those of the properties that are present."""
        return [self.properties[name.lower()] for name in names if name.lower() in self.properties]

    def embedded(self, *names: str) -> "Document | None":
        """A document inside this one."""
        value = self.get(*names)
        return Document(value) if isinstance(value, Mapping) else None

    def reference(self, rel: str, *templates: str) -> dict[str, int] | None:
        """The ids of a link in the body, see :func:`core.api.links.reference`."""
        return links.reference(self.links, rel, *templates)

    def numbered(self, family: str) -> list[Mapping]:
        """The links ``<family>0``, ``<family>1`` … of the body."""
        return [each for each in self.links if re.fullmatch(rf"{family}\d+", str(each.get("rel")))]

    def references(self, rel: str, *templates: str) -> list[dict[str, int]]:
        """The ids of every link of this name, numbered or not."""
        named = [each for each in self.links if re.fullmatch(rf"{rel}\d*", str(each.get("rel")))]
        return [links.reference([dict(each, rel=rel)], rel, *templates) for each in named]

    def require_reference(self, rel: str, *templates: str) -> dict[str, int]:
        """Like ``reference``, but its absence is an error (GEN-6)."""
        found = self.reference(rel, *templates)
        if found is None:
            raise Invalid(f"A link '{rel}' is needed.", code="GEN-6")
        return found
