"""The example environments in deploy/environment name every variable the code reads, each with a sentence."""

import re
from pathlib import Path

import pytest

from portal.settings.environment import Environment
from remote_services.runtime.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "deploy" / "environment"
ASSIGNMENT = re.compile(r"#?([A-Z_]+)=(.*)")
FILES = pytest.mark.parametrize(
    ("name", "settings"),
    [("server.env.example", Environment), ("remote-services.env.example", Settings)],
)


def documented(name: str) -> dict[str, tuple[str, str]]:
    """Variable to (the comment before it, the line that sets it)."""
    found, comment = {}, ""
    for line in (EXAMPLES / name).read_text().splitlines():
        match = ASSIGNMENT.fullmatch(line)
        if match:
            found[match[1]] = (comment, line)
        comment = line.removeprefix("# ") if line.startswith("# ") else ""
    return found


def variables_of(settings: type) -> set[str]:
    return {f"ATRIUM_{field.upper()}" for field in settings.model_fields}


@FILES
def test_every_variable_is_documented_and_no_other(name, settings):
    assert set(documented(name)) - {"DJANGO_SETTINGS_MODULE"} == variables_of(settings)


@FILES
def test_every_variable_has_one_sentence(name, settings):
    silent = [variable for variable, (comment, _) in documented(name).items() if not comment.endswith(".")]
    assert silent == []


@FILES
def test_the_examples_are_accepted_as_they_stand(name, settings, monkeypatch):
    for variable in variables_of(settings):
        monkeypatch.delenv(variable, raising=False)
    for variable, (_, line) in documented(name).items():
        if not line.startswith("#"):
            monkeypatch.setenv(variable, line.partition("=")[2])
    settings()


@FILES
def test_what_is_optional_shows_its_default(name, settings):
    for variable, (_, line) in documented(name).items():
        shown = line.partition("=")[2]
        if line.startswith("#") and shown:
            default = settings.model_fields[variable.removeprefix("ATRIUM_").lower()].default
            assert shown == str(int(default) if isinstance(default, bool) else default)
