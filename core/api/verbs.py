"""What one method of a URL takes and answers: data for negotiation, the privilege check and OpenAPI."""

from collections.abc import Callable
from dataclasses import dataclass, field

from core.api.resource import Resource

Representation = Resource | str


@dataclass(frozen=True, kw_only=True)
class Verb:
    """``answers`` and ``accepts`` are resources, or media types like ``text/plain``; the first answer is the
    default. ``many`` answers the resource's collection, ``paged`` in pages. ``privilege`` is needed by
    the actor; ``public`` needs no login. ``parameters`` maps query parameters to what they mean."""

    summary: str
    answers: tuple[Representation, ...] = ()
    accepts: tuple[Representation, ...] = ()
    many: bool = False
    paged: bool = False
    status: int = 200
    privilege: str = ""
    public: bool = False
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """Short names of the answers, the default first."""
        return tuple(_name(each, self.many) for each in self.answers)

    @property
    def accepted(self) -> tuple[str, ...]:
        """Short names of the bodies taken."""
        return tuple(_name(each, False) for each in self.accepts)

    def representation(self, name: str) -> Representation:
        """The answer with this short name."""
        return next((each for each in self.answers if _name(each, self.many) == name), self.answers[0])


def speaks(summary: str, **options) -> Callable:
    """Declare what a view's method takes and answers, see Verb."""

    def declare(method: Callable) -> Callable:
        method.verb = Verb(summary=summary, **options)
        return method

    return declare


def _name(each: Representation, many: bool) -> str:
    if isinstance(each, str):
        return each
    return each.collection if many else each.name
