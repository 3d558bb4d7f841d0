"""Messages only grow: what was ever sent is still understood by the other side's release.

``messages.json`` records every message as it was released. A new field (with a default) or a new class is
recorded by running this module: python -m tests.contracts.test_compatibility
"""

import json
from importlib import import_module
from pathlib import Path

import pytest

from contracts.base import Command, Message

RECORD = Path(__file__).with_name("messages.json")
MODULES = (
    "appliance", "base", "console", "conversion", "dhcp", "monitoring", "server", "uploads", "virtualization",
)  # fmt: skip


def messages() -> dict[str, type[Message]]:
    """Every message class by module and name."""
    found = {}
    for module in (import_module(f"contracts.{name}") for name in MODULES):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Message) and value.__module__ == module.__name__:
                found[f"{module.__name__}.{name}"] = value
    return found


def described(message: type[Message]) -> dict[str, dict]:
    """Field to its type, and whether a sender must give it."""
    schema = message.model_json_schema()
    words = ("title", "description", "default")
    return {
        name: {
            "type": {key: value for key, value in field.items() if key not in words},
            "required": name in schema.get("required", ()),
        }
        for name, field in schema.get("properties", {}).items()
    }


def recorded() -> dict[str, dict[str, dict]]:
    return json.loads(RECORD.read_text())


@pytest.mark.parametrize("name", recorded())
def test_a_message_keeps_what_it_had(name):
    now = described(messages()[name])
    changed = {field for field, was in recorded()[name].items() if now.get(field) != was}
    assert changed == set(), "make a new class with the next version instead"


@pytest.mark.parametrize("name", messages())
def test_what_is_new_is_recorded_and_has_a_default(name):
    known, now = recorded().get(name), described(messages()[name])
    assert known is not None, "record the new message"
    added = set(now) - set(known)
    assert {field for field in added if now[field]["required"]} == set(), "older senders don't give it"
    assert added == set(), "record the new field"


def test_every_command_names_its_version_and_ignores_what_it_does_not_know():
    for name, message in messages().items():
        assert message.model_config["frozen"] and message.model_config["extra"] == "ignore", name
        if issubclass(message, Command) and "type" in message.model_fields:
            assert message.model_fields["type"].default.rsplit(".v", 1)[1].isdigit(), name


if __name__ == "__main__":
    record = {name: described(each) for name, each in messages().items()}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
