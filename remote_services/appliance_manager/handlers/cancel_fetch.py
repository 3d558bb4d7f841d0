"""CancelFetch."""

from contracts.appliance import CancelFetch
from remote_services.appliance_manager.fetching.workplace import Workplace
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(CancelFetch)
def cancel_fetch(command: CancelFetch, context) -> None:
    Workplace(settings().required("repository_dir"), command.enterprise_id, command.upload_id).end()
