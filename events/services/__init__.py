"""Recording what happened, telling the browsers after the commit, and sealing the record."""

from events.services.publishing import publish_change, stream_change
from events.services.recording import record_event
from events.services.sealing import broken_seals, seal_events

__all__ = ["broken_seals", "publish_change", "record_event", "seal_events", "stream_change"]
