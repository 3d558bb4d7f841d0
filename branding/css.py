"""The style sheet of a theme: the portal's variables for its colours, in light and dark.

Its address holds the colours themselves (``/theme/1-<accent>-<text>-<accent>-<text>.css``), so it never
changes, needs no database and can be kept for good. A new derivation takes a new GENERATION.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from branding.contrast import BLACK, WHITE, channels, luminance, mixed, readable_on, readable_shade

GENERATION = 1
# Pages in light and dark have text on these; the same values are in static/portal/theme.css.
LIGHT_GROUNDS = ("#ffffff", "#f6f7fa", "#f0f2f6")
DARK_GROUNDS = ("#0f1522", "#171f2e", "#121928")
_ADDRESS = re.compile(r"(\d{1,3})-([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})")
# Marked entries of lists lie on their ground with this share of the accent's shade, see the style sheets.
TINT = 0.16
_HOVER_SHARE = 0.14
_KEPT_SHEETS = 256


@dataclass(frozen=True)
class Colours:
    """The accent and the text on it, in light and in dark pages; each ``#rrggbb``."""

    accent_light: str
    text_light: str
    accent_dark: str
    text_dark: str

    @property
    def address(self) -> str:
        """What stands between ``/theme/`` and ``.css``."""
        digits = (self.accent_light, self.text_light, self.accent_dark, self.text_dark)
        return "-".join((str(GENERATION), *(each.removeprefix("#") for each in digits)))

    @classmethod
    def at(cls, address: str) -> "Colours | None":
        """The colours in an address; None when it is none of this generation."""
        found = _ADDRESS.fullmatch(address)
        if found is None or int(found[1]) != GENERATION:
            return None
        return cls(*(f"#{digits}" for digits in found.groups()[1:]))


def colours_of(accent_light: str, text_light: str, accent_dark: str, text_dark: str) -> Colours:
    """Colours with the text colours that were left empty derived."""
    return Colours(
        accent_light,
        text_light or readable_on(accent_light),
        accent_dark,
        text_dark or readable_on(accent_dark),
    )


@lru_cache(maxsize=_KEPT_SHEETS)
def style_sheet(colours: Colours) -> str:
    """The whole style sheet."""
    return "\n".join(
        f"{where}{{{inline_style(colours, dark=dark)}}}"
        for where, dark in ((':root,[data-bs-theme="light"]', False), ('[data-bs-theme="dark"]', True))
    )


def inline_style(colours: Colours, *, dark: bool) -> str:
    """The variables alone, for a part of a page that shows how another theme looks."""
    if dark:
        values = variables(colours.accent_dark, colours.text_dark, DARK_GROUNDS, towards=WHITE)
    else:
        values = variables(colours.accent_light, colours.text_light, LIGHT_GROUNDS, towards=BLACK)
    return ";".join(f"{name}:{value}" for name, value in values.items())


def variables(accent: str, text: str, grounds: tuple[str, ...], *, towards: str) -> dict[str, str]:
    """Words, lines and marks in the accent's colour take a shade of it that can be read on the page."""
    shade = readable_shade(accent, grounds, towards=towards, tint=TINT)
    # Away from the text's colour, so that hovering never lowers the contrast.
    away = WHITE if luminance(text) < luminance(accent) else BLACK
    return {
        "--atrium-accent": accent,
        "--atrium-accent-ink": text,
        "--atrium-accent-hover": mixed(accent, away, _HOVER_SHARE),
        "--tblr-primary": shade,
        "--tblr-primary-rgb": ", ".join(str(channel) for channel in channels(shade)),
        "--tblr-primary-fg": readable_on(shade),
        "--tblr-link-color": shade,
        "--tblr-link-hover-color": mixed(shade, towards, _HOVER_SHARE),
    }
