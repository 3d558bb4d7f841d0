"""Websocket addresses of all apps."""

from consoles.routing import websocket_urlpatterns as console_patterns
from events.routing import websocket_urlpatterns as event_patterns

websocket_urlpatterns = [*event_patterns, *console_patterns]
