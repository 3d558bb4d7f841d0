"""One module per command; importing the package registers them all."""

from remote_services.virtualization_manager.handlers import (
    change_medium,
    define_machine,
    reset_machine,
    set_power_state,
    shut_down_machine,
    stream_disk,
    undefine_machine,
)

__all__ = [
    "change_medium",
    "define_machine",
    "reset_machine",
    "set_power_state",
    "shut_down_machine",
    "stream_disk",
    "undefine_machine",
]
