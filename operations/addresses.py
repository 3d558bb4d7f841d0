"""Where the API shows what operations work on; the apps that show it say so when they start."""

from operations.models import Operation

_paths: dict[str, str] = {}


def shown_at(resource_type: str, path: str) -> None:
    """``path`` below the API's root, with places for ``id``, ``virtual_datacenter_id`` and
    ``virtual_appliance_id``."""
    _paths[resource_type] = path


def path_of(operation: Operation) -> str:
    """The path of what the operation works on, whether that is still there or not."""
    return _paths[operation.resource_type].format(
        id=operation.resource_id,
        virtual_datacenter_id=operation.virtual_datacenter_id,
        virtual_appliance_id=operation.virtual_appliance_id,
    )
