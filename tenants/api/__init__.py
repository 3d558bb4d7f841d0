"""Enterprises, users, roles and logging in, in the REST dialect."""
