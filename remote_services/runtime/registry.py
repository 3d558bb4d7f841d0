"""Which handler serves which command, and what a command is about."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from contracts.base import Command


class Context(Protocol):
    """What a handler may ask of the runtime."""

    def progress(self, percent: int) -> None:
        """Tell the server how far the command is, 0 to 100; sent with the next heartbeat."""


Handler = Callable[[Any, Context], dict[str, Any] | None]

_handlers: dict[type[Command], Handler] = {}


def handles(command_type: type[Command]) -> Callable[[Handler], Handler]:
    """Register ``handler(command, context)``; what it returns becomes the report's output."""

    def register(handler: Handler) -> Handler:
        if command_type in _handlers:
            raise ValueError(f"{command_type.__name__} already has a handler")
        _handlers[command_type] = handler
        return handler

    return register


def handler_for(command: Command) -> Handler | None:
    return _handlers.get(type(command))


def target_of(command: Command) -> Hashable:
    """The thing a command is about. Commands about one thing are never run at the same time."""
    spec = getattr(command, "spec", None)
    if spec is not None:
        return spec.machine_id
    for name in ("machine_id", "disk_id", "host_id"):
        if hasattr(command, name):
            return getattr(command, name)
    for holder, name in (("network", "network_id"), ("endpoint", "host_id")):
        if hasattr(command, holder):
            return getattr(getattr(command, holder), name)
    return command.command_id
