"""The only writers of virtual datacenters, appliances and machines."""

from compute.services.access import active_operation
from compute.services.approving import foreseen_approval
from compute.services.blueprints import (
    add_version_of,
    create_blueprint_of,
    describe,
    materialise_blueprint,
    may_use_blueprints,
    validate_blueprint,
)
from compute.services.deployment import deploy, plan_deployment, wanted_by
from compute.services.instances import WantedInstance, make_instance, plan_instance
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
    "Plan",
    "Wanted",
    "WantedInstance",
    "active_operation",
    "add_version_of",
    "create_blueprint_of",
    "create_virtual_appliance",
    "create_virtual_datacenter",
    "create_virtual_machine",
    "delete_virtual_appliance",
    "delete_virtual_datacenter",
    "delete_virtual_machine",
    "deploy",
    "describe",
    "foreseen_approval",
    "extent_of",
    "deploy_virtual_appliance",
    "materialise_blueprint",
    "may_use_blueprints",
    "make_instance",
    "observe",
    "perform",
    "plan",
    "plan_deployment",
    "plan_instance",
    "resume_streams",
    "stream_disk",
    "undeploy_virtual_appliance",
    "update_virtual_appliance",
    "update_virtual_datacenter",
    "update_virtual_machine",
    "validate_blueprint",
    "wanted_by",
]
