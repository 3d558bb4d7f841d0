"""Remembering of what is gone that it was restricted."""

from events.models import GoneRestrictedAppliance


def keep_restricted(*, virtual_appliance_id: int) -> None:
    """What is kept of this appliance, which is being deleted, stays for those who see restricted ones."""
    GoneRestrictedAppliance.objects.get_or_create(virtual_appliance_id=virtual_appliance_id)
