"""One module per command; importing the package registers them all."""

from remote_services.conversion_manager.handlers import (
    cancel_conversion,
    convert_disk,
    discard_conversion,
)

__all__ = ["cancel_conversion", "convert_disk", "discard_conversion"]
