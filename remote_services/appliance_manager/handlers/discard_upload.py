"""Removes an upload the server does not want any more."""

from contracts.appliance import DiscardUpload
from remote_services.appliance_manager.discarding import discard
from remote_services.runtime import mount
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(DiscardUpload)
def discard_upload(command: DiscardUpload, context) -> dict:
    root = settings().required("repository_dir")
    mount.require(root)
    discard(root, command.enterprise_id, command.upload_id)
    return {}
