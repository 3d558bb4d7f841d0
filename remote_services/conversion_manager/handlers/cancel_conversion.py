"""CancelConversion."""

from contracts.conversion import CancelConversion
from remote_services.conversion_manager import turns
from remote_services.runtime.registry import Context, handles


@handles(CancelConversion)
def cancel_conversion(command: CancelConversion, context: Context) -> None:
    turns.cancel(command.conversion_id)
