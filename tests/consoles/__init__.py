"""Tests of consoles: tickets, open sessions, and the websocket against the real relay."""
