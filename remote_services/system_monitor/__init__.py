"""Listens to hypervisors and tells the server what it hears: ``python -m remote_services.system_monitor``."""
