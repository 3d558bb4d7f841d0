"""A blueprint as a file of YAML: its header, its name, and its content."""

from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from catalogue.blueprints import plain_yaml
from catalogue.blueprints.content import SCHEMA, Content, Name, Part, Words, refusal, told
from core.errors import Reason

KIND = "Blueprint"
API_VERSION = f"atrium/v{SCHEMA}"


class Metadata(Part):
    name: Name
    description: Words = ""


class _Header(Part):
    apiVersion: str  # noqa: N815  the name in files
    kind: str
    metadata: Metadata
    spec: Content


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than what they are in, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.Dumper, text: str) -> yaml.Node:
    """What has several lines stands on several lines, where YAML allows that."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def write(*, name: str, description: str, content: Content) -> str:
    """The file. Reading it gives the same name, description and content."""
    metadata = {"name": name, "description": description} if description else {"name": name}
    document = {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": content.as_data()}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def read(text: str) -> tuple[Metadata, Content]:
    """What the file says. Raises Invalid (BLUEPRINT-YAML) with a reason, and its line, for each problem."""
    document = plain_yaml.read(text)
    _require_header(document)
    try:
        found = _Header.model_validate(document.value)
    except ValidationError as error:
        raise refusal([_reason(document, where, text) for where, text in told(error)]) from None
    return found.metadata, found.spec


def _require_header(document: plain_yaml.Document) -> None:
    """What it is, and of which version, is asked first: everything else means nothing without."""
    value: Any = document.value
    if not isinstance(value, dict) or value.get("kind") != KIND:
        raise plain_yaml.problem(
            _("this is no blueprint: it begins with “apiVersion: %(version)s” and “kind: %(kind)s”.")
            % {"version": API_VERSION, "kind": KIND},
            document.line_of(("kind",)),
        )
    if "apiVersion" not in value:
        raise plain_yaml.problem(
            _("“apiVersion: %(version)s” is missing.") % {"version": API_VERSION}, document.line_of(())
        )
    if value.get("apiVersion") != API_VERSION:
        raise plain_yaml.problem(
            _("this server reads blueprints of %(version)s, not of %(found)s.")
            % {"version": API_VERSION, "found": str(value.get("apiVersion"))[:40]},
            document.line_of(("apiVersion",)),
        )


def _reason(document: plain_yaml.Document, where: plain_yaml.Where, text: str) -> Reason:
    line = document.line_of(where)
    message = _("Line %(line)s: %(message)s") % {"line": line, "message": text}
    return Reason(plain_yaml.CODE, message, "", {"line": line})
