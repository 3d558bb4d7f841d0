"""Whether text can be read on a colour, after WCAG 2.2: pure functions on colours written as ``#rrggbb``.

4.5 : 1 is level AA for text. Black or white always reaches it on any colour, so a readable text colour can
always be derived; a colour somebody chose is checked and explained.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import Reason

AA_TEXT = 4.5
WHITE = "#ffffff"
BLACK = "#000000"
_HEX = re.compile(r"#[0-9a-f]{6}")
_SHADES = 100


@dataclass(frozen=True)
class Verdict:
    """How well ``text`` is read on ``ground``; ``reason`` says why it is not enough, or is None."""

    ratio: float
    reason: Reason | None = None

    def __bool__(self) -> bool:
        return self.reason is None


def normalized(colour: str) -> str | None:
    """``#2F5BD7``, ``2f5bd7`` or ``#25d`` as ``#rrggbb`` in small letters; None for anything else."""
    digits = colour.strip().lower().removeprefix("#")
    if len(digits) == 3:  # noqa: PLR2004  the short form
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if _HEX.fullmatch(f"#{digits}") else None


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black to 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, from 1 (none) to 21 (black and white)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str) -> str:
    """White where it can be read on this colour, else black. One of them always can."""
    return WHITE if ratio(WHITE, ground) >= AA_TEXT else BLACK


def readable_shade(colour: str, grounds: Iterable[str], *, towards: str, tint: float = 0.0) -> str:
    """The colour, moved towards black or white just as far as it takes to read it on all the grounds, and on
    the grounds with up to this share of the shade itself, as behind marked entries."""
    grounds = tuple(grounds)
    for step in range(_SHADES):
        shade = mixed(colour, towards, step / _SHADES)
        tinted = (mixed(ground, shade, tint) for ground in grounds)
        if all(ratio(shade, ground) >= AA_TEXT for ground in (*grounds, *tinted)):
            return shade
    return towards


def mixed(colour: str, other: str, share: float) -> str:
    """The colour with this share (0 to 1) of another one."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def text_on(ground: str, text: str) -> Verdict:
    """Whether text of one colour can be read on another, with the numbers if not."""
    found = ratio(text, ground)
    if found >= AA_TEXT:
        return Verdict(found)
    # Rounded down: 4.49 must not be told as 4.5.
    shown = f"{int(found * 100) / 100:.2f}"
    return Verdict(
        found,
        Reason(
            "CONTRAST_TOO_LOW",
            _("Text in %(text)s on %(ground)s has a contrast of %(ratio)s : 1; %(least)s : 1 is needed.")
            % {"text": text, "ground": ground, "ratio": shown, "least": AA_TEXT},
            remedy=_("Leave the text colour empty or take %(colour)s.") % {"colour": readable_on(ground)},
            numbers={"ratio": shown, "needed": AA_TEXT},
        ),
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
