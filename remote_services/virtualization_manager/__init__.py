"""Runs what the server asks of the hypervisors."""
