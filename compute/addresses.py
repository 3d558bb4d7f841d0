"""Where things of this app are found below the API's root, for links from anywhere."""

MACHINE_PATH = (
    "/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{virtual_appliance_id}"
    "/virtualmachines/{id}"
)
APPLIANCE_PATH = "/cloud/virtualdatacenters/{virtual_datacenter_id}/virtualappliances/{id}"


def machine_path(virtual_datacenter_id: int, virtual_appliance_id: int, machine_id: int) -> str:
    """The path of one machine."""
    return MACHINE_PATH.format(
        virtual_datacenter_id=virtual_datacenter_id, virtual_appliance_id=virtual_appliance_id, id=machine_id
    )
