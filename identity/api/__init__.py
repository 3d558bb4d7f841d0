"""Signing in, sessions and what programs sign in with, in the REST dialect."""
