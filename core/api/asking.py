"""What a view may ask its request: the parameters, the body, and who sent it."""

from typing import Any

from django.http import HttpRequest

from core.api.document import Document
from core.api.listing import whole_number
from core.api.negotiation import body_type
from core.api.verbs import Verb
from core.errors import Invalid


class Asking:
    """Mixed into views; ``request`` is DRF's."""

    request: HttpRequest
    http_method_names: list[str]

    @property
    def verb(self) -> Verb | None:
        return getattr(getattr(self, self.request.method.lower(), None), "verb", None)

    @property
    def actor(self) -> Any:
        """The user who asks."""
        return self.request.user

    @property
    def params(self) -> dict[str, str]:
        """Query parameters; of duplicates the last one wins."""
        return self.request.GET.dict()

    def flag(self, name: str) -> bool:
        """A query parameter like ``force=true``."""
        return self.params.get(name, "").lower() == "true"

    def number(self, name: str) -> int | None:
        """A query parameter that is an id, None when it is absent. Raises Invalid (GEN-22)."""
        sent = self.params.get(name)
        try:
            return whole_number(sent) if sent else None
        except ValueError:
            raise Invalid(f"{name}: must be a number.", code="GEN-22") from None

    def words(self, name: str) -> list[str]:
        """A query parameter that is a comma separated list, like ``expand=last_task,privileges``."""
        return [word.strip().lower() for word in self.params.get(name, "").split(",") if word.strip()]

    def document(self) -> Document:
        """The body. Raises UnsupportedMediaType, or Invalid when it is no JSON object."""
        body = self.request.body
        if body.strip():
            body_type(self.request.headers.get("Content-Type"), self.verb.accepted, self.types_here())
        return Document.parse(body)

    def brings(self, name: str) -> bool:
        """Whether the body says it is of the type with this short name."""
        brought = self.request.headers.get("Content-Type")
        return bool(brought) and body_type(brought, self.verb.accepted, self.types_here()) == name

    def text(self) -> str:
        """A body of plain text, empty when there is none."""
        return self.request.body.decode("utf-8", "replace").strip()

    def types_here(self) -> frozenset[str]:
        """Every type any method of this address speaks."""
        verbs = (getattr(getattr(self, name, None), "verb", None) for name in self.http_method_names)
        return frozenset(name for verb in verbs if verb for name in (*verb.offered, *verb.accepted))
