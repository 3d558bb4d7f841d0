"""Keeps the children running until told to stop, then ends them in the reverse order of their start."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.embedded.child import Child
from deploy.embedded.private_libvirtd import LibvirtdDidNotStart, PrivateLibvirtd

POLL_SECONDS = 0.2
READY_TIMEOUT_SECONDS = 60.0
GRACE_SECONDS = 10.0


class ChildDidNotStart(Exception):
    """A child was not ready in time; the message names it and its log."""


@dataclass
class Supervisor:
    """`tell` is given one line for the user."""

    tell: Callable[[str], None]
    host: PrivateLibvirtd | None = None
    _children: list[Child] = field(default_factory=list)

    def start_host(self) -> None:
        """Start the hypervisor host, if there is one."""
        if self.host:
            self.host.start()

    def start(self, child: Child) -> None:
        """Start it and keep it running from now on."""
        self._children.append(child)
        child.start()

    def wait_until_ready(self, child: Child) -> None:
        """Raises ChildDidNotStart when the child ends or is too slow."""
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while not child.is_ready():
            if not child.is_running() or time.monotonic() > deadline:
                raise ChildDidNotStart(f"{child.name} did not start; see {child.log_file}")
            time.sleep(0.02)

    def keep_running(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what ends; returns once `until` is true."""
        while not until():
            for child in self._children:
                said = child.heal()
                if said:
                    self.tell(said)
            self._heal_host()
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """End every child, then the host with its machines; what was started first (the broker) ends last."""
        first, *rest = self._children or [None]
        self._end(rest)
        if self.host:
            self.host.stop()
        self._end([first] if first else [])
        self._children.clear()

    def _end(self, children: list[Child]) -> None:
        for child in reversed(children):
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in reversed(children):
            child.make_stop(grace_seconds=max(deadline - time.monotonic(), 0))

    def _heal_host(self) -> None:
        if self.host is None or self.host.is_running():
            return
        self.tell("libvirtd ended and is started again; its machines went on running")
        try:
            self.host.restart()
        except LibvirtdDidNotStart as error:
            self.tell(str(error))
