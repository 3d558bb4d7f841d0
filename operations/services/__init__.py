"""What other apps and entry points may do with operations."""

from operations.services.control import cancel_operation, repeated_operation

__all__ = ["cancel_operation", "repeated_operation"]
