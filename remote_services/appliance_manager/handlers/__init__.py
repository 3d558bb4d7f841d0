"""One module per command; importing this package registers them all."""

from remote_services.appliance_manager.handlers import (  # noqa: F401
    cancel_fetch,
    copies,
    delete_disk,
    delete_guest_drive,
    delete_machine_disks,
    delete_template_files,
    discard_upload,
    fetch_template,
    grow_machine_disks,
    provision_disk,
    provision_machine_disks,
    refresh_repository,
    take_in_file,
    write_guest_drive,
)
