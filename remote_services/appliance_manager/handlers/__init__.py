"""One module per command; importing this package registers them all."""

from remote_services.appliance_manager.handlers import (  # noqa: F401
    copies,
    delete_disk,
    delete_machine_disks,
    delete_template_files,
    discard_upload,
    provision_disk,
    provision_machine_disks,
    refresh_repository,
)
