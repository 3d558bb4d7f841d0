"""Of what a template can be made by a request: the name of the link that leads there, and who makes it.

A maker checks what the link names, calls one service and gives the path of the task below the API's root.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.api.document import Document
from core.errors import Invalid
from infrastructure.models import Datacenter
from tenants.models import Enterprise


@dataclass(frozen=True)
class TemplateRequest:
    """Who wants a template, for which enterprise, in which repository."""

    actor: Any
    enterprise: Enterprise
    datacenter: Datacenter
    document: Document


Maker = Callable[[TemplateRequest], str]
_makers: dict[str, Maker] = {}


def makes_of(rel: str) -> Callable[[Maker], Maker]:
    """Register who makes templates of what a link with this name leads to."""

    def register(maker: Maker) -> Maker:
        _makers[rel] = maker
        return maker

    return register


def maker_for(document: Document) -> Maker:
    """The maker of the body's link. Raises Invalid (VIMAGE-27) when it has none of those that are known."""
    named = {str(each.get("rel")) for each in document.links}
    found = next((maker for rel, maker in _makers.items() if rel in named), None)
    if found is None:
        raise Invalid(
            "The body must have a link that says of what the template is made: "
            f"{', '.join(sorted(_makers)) or 'none are known here'}.",
            code="VIMAGE-27",
        )
    return found
