"""A blueprint as a picture: networks as lines, machines beneath them, a stroke for each card."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.blueprints.comparing import size_words
from catalogue.blueprints.content import Content, MachinePart

MOST_BOXES = 12
COLOURS = 6
WIDTH, GAP, MARGIN = 168, 20, 16
FIRST_LINE, BETWEEN_LINES, BELOW_LINES, HEIGHT = 34, 40, 36, 104
DEFAULT = ""


@dataclass(frozen=True)
class Line:
    """A network; ``colour`` is the number of a class. The default network has no name of its own."""

    name: str
    hint: str
    y: int
    colour: int


@dataclass(frozen=True)
class Stroke:
    """A card: from the network's line down to the machine's box."""

    x: int
    top: int
    bottom: int
    colour: int
    label: str


@dataclass(frozen=True)
class Box:
    name: str
    count: int
    template: str
    size: str
    x: int
    y: int
    middle: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    line_end: int
    lines: tuple[Line, ...]
    strokes: tuple[Stroke, ...]
    boxes: tuple[Box, ...]
    hidden: int
    words: str


def drawing_of(content: Content) -> Drawing:
    """Where everything stands. Of many machines the first are drawn, and how many are not is told."""
    parts = content.machines[:MOST_BOXES]
    names = [(network.name, network.cidr) for network in content.networks]
    if any(not part.cards for part in parts):
        names.append((DEFAULT, ""))
    lines = tuple(
        Line(name or _("default network"), hint, FIRST_LINE + number * BETWEEN_LINES, number % COLOURS)
        for number, (name, hint) in enumerate(names)
    )
    by_name = {name: line for (name, _hint), line in zip(names, lines, strict=True)}
    top = (lines[-1].y if lines else 0) + BELOW_LINES
    boxes, strokes = [], []
    for number, part in enumerate(parts):
        x = MARGIN + number * (WIDTH + GAP)
        boxes.append(_box(part, x, top))
        strokes += _strokes(part, x, top, by_name)
    width = max(MARGIN * 2 + len(parts) * (WIDTH + GAP) - GAP, 420)
    return Drawing(
        width=width,
        height=top + HEIGHT + MARGIN,
        line_end=width - MARGIN,
        lines=lines,
        strokes=tuple(strokes),
        boxes=tuple(boxes),
        hidden=sum(part.count for part in content.machines[MOST_BOXES:]),
        words=_words(content),
    )


def _box(part: MachinePart, x: int, y: int) -> Box:
    return Box(
        name=_short(part.label, 17),
        count=part.count,
        template=_short(str(part.template), 24),
        size=_short(_size(part), 26),
        x=x,
        y=y,
        middle=x + WIDTH // 2,
    )


def _size(part: MachinePart) -> str:
    if part.size is not None and part.size.profile is not None:
        return part.size.profile.name
    return size_words(part.size)


def _strokes(part: MachinePart, x: int, top: int, by_name: dict[str, Line]) -> list[Stroke]:
    cards = [(card.network, card.host) for card in part.cards] or [(DEFAULT, None)]
    step = WIDTH // (len(cards) + 1)
    return [
        Stroke(
            x=x + step * number,
            top=by_name[network].y,
            bottom=top,
            colour=by_name[network].colour,
            label="" if host is None else f".{host}",
        )
        for number, (network, host) in enumerate(cards, start=1)
    ]


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _words(content: Content) -> str:
    """The picture for those who do not see it."""
    told = [
        _("%(count)s × %(machine)s in %(networks)s")
        % {
            "count": part.count,
            "machine": part.label,
            "networks": ", ".join(card.network for card in part.cards) or _("the default network"),
        }
        for part in content.machines
    ]
    return "; ".join(told)
