"""Reads YAML that nobody vouches for, into plain values that know their lines.

Mappings, lists, texts, whole numbers, true, false and nothing; no tags, no anchors, no aliases.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from core.errors import Invalid, Reason

MOST_BYTES = 256 * 1024
MOST_DEPTH = 12
MOST_NODES = 20_000
CODE = "BLUEPRINT-YAML"
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_BEGINS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

Where = tuple[str | int, ...]


@dataclass
class Document:
    """``lines`` are by the path to a value, counted from 1."""

    value: Any
    lines: dict[Where, int] = field(default_factory=dict)

    def line_of(self, where: Where) -> int:
        """The line of the value, or of the nearest that is there around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read(text: str) -> Document:
    """The one document in the text. Raises Invalid (BLUEPRINT-YAML), which names the line."""
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise problem(
            _("A blueprint's file has at most %(most)s KiB; this one has %(size)s KiB.")
            % {"most": MOST_BYTES // 1024, "size": -(-size // 1024)}
        )
    try:
        _require_harmless(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _unreadable(error) from None
    if node is None:
        raise problem(_("The file is empty."))
    document = Document(None)
    document.value = _value(node, (), document.lines)
    return document


def problem(message: str, line: int | None = None) -> Invalid:
    """The error for what a file says in this line."""
    told = _("Line %(line)s: %(message)s") % {"line": line, "message": message} if line else message
    numbers = {"line": line} if line else {}
    return Invalid(told, code=CODE, reasons=(Reason(CODE, told, "", numbers),))


def _require_harmless(text: str) -> None:
    """Events are read one by one, so nothing deep or repeated is ever built."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise problem(_("anchors and aliases are not taken; write it out."), line)
        if getattr(event, "tag", None):
            raise problem(_("tags such as %(tag)s are not taken.") % {"tag": event.tag[:40]}, line)
        depth += isinstance(event, _BEGINS) - isinstance(event, _ENDS)
        if depth > MOST_DEPTH:
            raise problem(_("it is nested deeper than %(most)s levels.") % {"most": MOST_DEPTH}, line)
        if nodes > MOST_NODES:
            raise problem(_("it holds more than %(most)s values.") % {"most": MOST_NODES}, line)


def _unreadable(error: yaml.YAMLError) -> Invalid:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or str(error).splitlines()[0]
    return problem(
        _("this is no valid YAML: %(problem)s.") % {"problem": message}, mark.line + 1 if mark else None
    )


def _value(node: yaml.Node, where: Where, lines: dict[Where, int]) -> Any:
    lines[where] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, (*where, number), lines) for number, each in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, where, lines)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, where: Where, lines: dict[Where, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise problem(_("a name must be a text."), line)
        if key.value in found:
            raise problem(_("%(name)s is said twice.") % {"name": key.value[:40]}, line)
        found[key.value] = _value(value, (*where, key.value), lines)
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    if node.style is not None:
        return node.value
    if node.value in _PLAIN:
        return _PLAIN[node.value]
    return int(node.value) if _WHOLE.fullmatch(node.value) else node.value
