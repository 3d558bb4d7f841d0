"""Recording what happened and who may know it, telling the browsers after the commit, sealing the record."""

from events.services.publishing import publish_change, stream_change
from events.services.recording import record_event
from events.services.restricting import keep_restricted
from events.services.sealing import broken_seals, seal_events

__all__ = [
    "broken_seals",
    "keep_restricted",
    "publish_change",
    "record_event",
    "seal_events",
    "stream_change",
]
