"""Writes a machine's config drive of what the server sealed to this datacenter."""

from contracts.appliance import GuestFiles, WriteGuestDrive
from contracts.sealing import guest_drive_purpose
from remote_services.appliance_manager import datastore, guest_drive
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.unsealing import unseal


@handles(WriteGuestDrive)
def write_guest_drive(command: WriteGuestDrive, context: Context) -> dict:
    directory = datastore.existing_directory(command.datastore_path)
    told = unseal(command.sealed, purpose=guest_drive_purpose(command.machine_id))
    image = guest_drive.image_of(GuestFiles.model_validate_json(told).files)
    drive = guest_drive.write(directory, command.machine_id, image)
    return {"path": str(drive), "size_bytes": len(image)}
