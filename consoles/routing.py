"""Websocket addresses of consoles."""

from django.urls import path

from consoles.consumers import ConsoleConsumer

websocket_urlpatterns = [
    path("ws/machines/<int:machine_id>/console/", ConsoleConsumer.as_asgi()),
]
