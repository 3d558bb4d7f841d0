"""Moves operations forward. ``advance`` asks what an operation needs *now* and does that;
calling it once too often does nothing, so anything may call it."""

from operations.engine.driving import advance, request_cancellation, start
from operations.engine.reconciling import reconcile
from operations.engine.reporting import expire, receive
from operations.engine.waiting import refuse, release

__all__ = [
    "advance",
    "expire",
    "receive",
    "reconcile",
    "refuse",
    "release",
    "request_cancellation",
    "start",
]
