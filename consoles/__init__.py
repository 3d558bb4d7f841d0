"""Consoles in the browser: tickets, open sessions, and the way of the bytes to a machine's screen."""
