"""One module per command; importing this package registers them all."""

from remote_services.dhcp.handlers import release_address, reserve_address  # noqa: F401
