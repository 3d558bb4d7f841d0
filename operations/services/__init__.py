"""What other apps and entry points may do with operations."""

from operations.services.control import acknowledge_operation, cancel_operation, repeated_operation

__all__ = ["acknowledge_operation", "cancel_operation", "repeated_operation"]
