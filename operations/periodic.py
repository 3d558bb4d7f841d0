"""Work that the reconciler does now and then besides its rounds; apps above register theirs at start."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger(__name__)


@dataclass
class PeriodicWork:
    """``due_at`` is on the monotonic clock; the first time is one interval after the process started."""

    act: Callable[[], object]
    interval_seconds: float
    due_at: float


_registered: list[PeriodicWork] = []


def every(interval_seconds: float, act: Callable[[], object]) -> None:
    """Have ``act`` called about this often by the reconciler."""
    _registered.append(PeriodicWork(act, interval_seconds, time.monotonic() + interval_seconds))


def run_due() -> None:
    """Do what is due; a failure is logged and tried again an interval later."""
    now = time.monotonic()
    for work in _registered:
        if work.due_at > now:
            continue
        work.due_at = now + work.interval_seconds
        try:
            work.act()
        except Exception:
            logger.exception("periodic work failed")
