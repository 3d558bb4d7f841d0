"""Recording what happened, and telling the browsers after the commit."""

from events.services.publishing import publish_change, stream_change
from events.services.recording import record_event

__all__ = ["publish_change", "record_event", "stream_change"]
