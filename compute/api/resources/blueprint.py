"""What a blueprint comes to in a virtual datacenter, and the tasks that make appliances of blueprints."""

from typing import Any

from core.api.fields import Field, Kind, boolean, integer
from core.api.resource import Resource
from operations.api.resources import task_of


def _object(name: str, **options: Any) -> Field:
    return Field(name=name, kind=Kind.OBJECT, **options)


APPLIANCE_TASK = task_of("virtualappliance")

VERIFICATION = Resource(
    name="virtualappliancespecverification",
    path="",
    fields=(
        _object("templates", help="By templateSpecId links to those that may be taken, the best first."),
        _object("tiers", constant={}),
        _object("datastoreTiers", constant={}),
        integer("publicIpsToPurchase", source="public_ips"),
        boolean("chefEnabled", constant=False),
        Field(name="errors", kind=Kind.LIST, help="Code and message of each reason why it can't be made."),
        Field(name="warnings", kind=Kind.LIST, help="What will be otherwise than the blueprint says."),
    ),
    added=frozenset({"templates", "public_ips", "errors", "warnings"}),
)
