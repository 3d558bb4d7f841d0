"""Every English sentence the server's sources can say, to look for where another language is read."""

import ast
import re
from ast import literal_eval
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

from tests.isolation.inputs import SERVER

ROOT = Path(settings.BASE_DIR)
TEXTS = re.compile(r"""\bu('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
SPEAKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|%%")
TAGS = re.compile(r"<[^>]*>")
FEWEST_WORDS = 3


@cache
def english() -> tuple[str, ...]:
    """The longest piece between two figures of each sentence of at least FEWEST_WORDS words."""
    pieces = {max(map(_even, HOLES.split(text)), key=len) for text in (*_of_code(), *_of_templates())}
    return tuple(sorted(each for each in pieces if len(each.split()) >= FEWEST_WORDS))


def english_in(text: str) -> list[str]:
    """The English sentences, or pieces of them, that stand in a text, which may be HTML."""
    read = _even(unescape(TAGS.sub("", text)))
    return [each for each in english() if each in read]


def _even(text: str) -> str:
    return " ".join(TAGS.sub("", text).split())


def _of_code() -> Iterator[str]:
    for path in (path for package in SERVER for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPEAKERS:
                told = [each.value for each in node.args if isinstance(each, ast.Constant)]
                yield from (each for each in told if isinstance(each, str))


def _of_templates() -> Iterator[str]:
    for path in (path for path in (ROOT / "templates").rglob("*") if path.is_file()):
        yield from (literal_eval(found[1]) for found in TEXTS.finditer(templatize(path.read_text())))
