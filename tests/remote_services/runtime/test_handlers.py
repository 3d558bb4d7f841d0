"""Every command has who executes it: a handler that is not imported is told to nobody before it is needed."""

from importlib import import_module

import pytest

from contracts.base import Command
from remote_services.runtime.registry import _handlers as registered

MANAGERS = {
    "appliance": "appliance_manager",
    "conversion": "conversion_manager",
    "dhcp": "dhcp",
    "virtualization": "virtualization_manager",
}


@pytest.mark.parametrize(("module", "manager"), MANAGERS.items())
def test_every_command_of_a_manager_has_its_handler(module, manager):
    import_module(f"remote_services.{manager}.handlers")
    commands = {
        value
        for value in vars(import_module(f"contracts.{module}")).values()
        if isinstance(value, type) and issubclass(value, Command) and "type" in value.model_fields
    }
    assert {each.__name__ for each in commands - set(registered)} == set()
