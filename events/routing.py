"""Websocket addresses of the event stream."""

from django.urls import path

from events.consumers import EventConsumer

websocket_urlpatterns = [path("ws/events/", EventConsumer.as_asgi())]
