"""DiscardConversion."""

from contracts.conversion import DiscardConversion
from remote_services.conversion_manager import conversion
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(DiscardConversion)
def discard_conversion(command: DiscardConversion, context: Context) -> None:
    if not settings().simulated:
        conversion.discard(settings().required("repository_dir"), command.target_path)
