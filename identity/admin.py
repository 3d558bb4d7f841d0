"""Sign-in in the back office."""

from identity.federation import admin as sign_in_providers

__all__ = ["sign_in_providers"]
