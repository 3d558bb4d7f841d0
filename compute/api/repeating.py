"""Requests that may be sent again: what the API says of their header."""

KEYS = {"Idempotency-Key (header)": "Repeating a request with the same key starts nothing new."}
