"""What a browser calls itself, in words people know."""

import re

_PROGRAMS = (
    ("Edge", re.compile(r"\bEdgA?/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Headless)?(?:Chrome|CriOS)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("Android", re.compile("Android")),
    ("iOS", re.compile(r"iPhone|iPad")),
    ("Windows", re.compile("Windows")),
    ("macOS", re.compile("Mac OS X|Macintosh")),
    ("Linux", re.compile("Linux|X11")),
)
_MOST = 40


def program_name(agent: str) -> str:
    """Like ``Firefox, Linux``; the beginning of the text when nothing is known of it."""
    program = next((name for name, sign in _PROGRAMS if sign.search(agent)), "")
    system = next((name for name, sign in _SYSTEMS if sign.search(agent)), "")
    return ", ".join(filter(None, (program, system))) or agent[:_MOST] or "—"
