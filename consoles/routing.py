"""Websocket addresses of consoles."""

websocket_urlpatterns: list = []
