"""The only writers of virtual datacenters, appliances and machines."""

from compute.services.access import active_operation, is_being_made
from compute.services.approving import foreseen_approval
from compute.services.blueprints import (
    add_version_of,
    create_blueprint_of,
    describe,
    materialise_blueprint,
    may_use_blueprints,
    validate_blueprint,
)
from compute.services.cdroms import eject_cdrom, insert_cdrom, usable_images
from compute.services.deployment import deploy, plan_deployment, wanted_by
from compute.services.guest_passwords import reset_guest_password, reveal_guest_password
from compute.services.guests import change_guest, sets_itself_up, user_data_of
from compute.services.instances import WantedInstance, make_instance, plan_instance
from compute.services.machine_disks import disks_for, taken_mib
from compute.services.metadata import metadata_of, set_metadata
from compute.services.new_size import DISKS_PRIVILEGE
from compute.services.observation import observe
from compute.services.planning import Plan, Wanted, plan
from compute.services.power import perform
from compute.services.streams import resume_streams, stream_disk
from compute.services.virtual_appliance import deploy_virtual_appliance, undeploy_virtual_appliance
from compute.services.virtual_datacenter import (
    create_virtual_appliance,
    create_virtual_datacenter,
    delete_virtual_appliance,
    delete_virtual_datacenter,
    extent_of,
    update_virtual_appliance,
    update_virtual_datacenter,
)
from compute.services.virtual_machine import (
    create_virtual_machine,
    delete_virtual_machine,
    update_virtual_machine,
)

__all__ = [
    "DISKS_PRIVILEGE",
    "Plan",
    "Wanted",
    "WantedInstance",
    "active_operation",
    "add_version_of",
    "create_blueprint_of",
    "change_guest",
    "create_virtual_appliance",
    "create_virtual_datacenter",
    "create_virtual_machine",
    "delete_virtual_appliance",
    "delete_virtual_datacenter",
    "delete_virtual_machine",
    "deploy",
    "describe",
    "foreseen_approval",
    "disks_for",
    "eject_cdrom",
    "extent_of",
    "insert_cdrom",
    "deploy_virtual_appliance",
    "is_being_made",
    "materialise_blueprint",
    "may_use_blueprints",
    "make_instance",
    "metadata_of",
    "observe",
    "perform",
    "plan",
    "plan_deployment",
    "plan_instance",
    "reset_guest_password",
    "resume_streams",
    "reveal_guest_password",
    "set_metadata",
    "sets_itself_up",
    "stream_disk",
    "taken_mib",
    "undeploy_virtual_appliance",
    "update_virtual_appliance",
    "update_virtual_datacenter",
    "update_virtual_machine",
    "validate_blueprint",
    "usable_images",
    "user_data_of",
    "wanted_by",
]
