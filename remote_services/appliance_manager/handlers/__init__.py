"""One module per command; importing this package registers them all."""

from remote_services.appliance_manager.handlers import delete_disk, provision_disk  # noqa: F401
