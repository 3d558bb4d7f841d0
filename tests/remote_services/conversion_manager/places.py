"""The places in a conversion where something may happen to it. Run as a program it is a worker that is killed
at one of them: ``python -m … PLACE COMMAND`` with the command as JSON."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

from contracts.conversion import ConvertDisk
from remote_services.conversion_manager import conversion
from remote_services.conversion_manager.handlers.convert_disk import convert_disk
from remote_services.images import sandbox
from tests.remote_services.conversion_manager.converting import Progress

Act = Callable[[], object]


def before(function: Callable, act: Act) -> Callable:
    def wrapped(*arguments: Any, **options: Any) -> Any:
        act()
        return function(*arguments, **options)

    return wrapped


def after(function: Callable, act: Act) -> Callable:
    def wrapped(*arguments: Any, **options: Any) -> Any:
        answer = function(*arguments, **options)
        act()
        return answer

    return wrapped


def while_it_tells(function: Callable, act: Act) -> Callable:
    """At the first percents heard."""
    left_to_do = [act]

    def wrapped(*arguments: Any, on_line: Callable[[str], None], **options: Any) -> Any:
        def hear(line: str) -> None:
            if left_to_do:
                left_to_do.pop()()
            on_line(line)

        return function(*arguments, on_line=hear, **options)

    return wrapped


PLACES = {
    "before qemu-img begins": (sandbox, "run", before),
    "while qemu-img writes": (sandbox, "run", while_it_tells),
    "after qemu-img has written": (sandbox, "run", after),
    "before the file gets its name": (os, "link", before),
    "after the file got its name": (os, "link", after),
    "before the report": (conversion, "convert", after),
}


def act_at(place: str, act: Act, patch: pytest.MonkeyPatch) -> None:
    """Do it when a conversion of this process gets there."""
    module, name, how = PLACES[place]
    patch.setattr(module, name, how(getattr(module, name), act))


def _work_and_die(place: str, command: ConvertDisk) -> None:
    # As the unit has it: what hypervisors may read has to be given away.
    os.umask(0o077)
    with pytest.MonkeyPatch.context() as patch:
        act_at(place, lambda: os.kill(os.getpid(), signal.SIGKILL), patch)
        convert_disk(command, Progress())


if __name__ == "__main__":
    _work_and_die(sys.argv[1], ConvertDisk.model_validate_json(sys.argv[2]))
