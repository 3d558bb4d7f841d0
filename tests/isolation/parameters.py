"""Which kind of thing each parameter of an address names. An address with another parameter has no place
in the matrix, and the matrix says so."""

THINGS = {
    "appliance_id": "virtual_appliance",
    "datacenter": "datacenter",
    "datacenter_id": "datacenter",
    "datastore": "datastore",
    "disk": "disk",
    "enterprise": "enterprise",
    "enterprise_id": "enterprise",
    "host_id": "host",
    "ip": "address",
    "location": "location",
    "machine": "host",
    "machine_id": "virtual_machine",
    "network": "network",
    "networkservicetype": "network_service_type",
    "nic": "nic",
    "operation_id": "operation",
    "rack": "rack",
    "repository": "location",
    "role": "role",
    "role_id": "role",
    "scope": "scope",
    "scope_id": "scope",
    "service": "remote_service",
    "task": "operation",
    "template": "template",
    "template_id": "template",
    "templatedisk": "template_disk",
    "user": "user",
    "user_id": "user",
    "vapp": "virtual_appliance",
    "vdc": "virtual_datacenter",
    "vdc_id": "virtual_datacenter",
    "vm": "virtual_machine",
}
# Parameters that name nothing anybody owns, each with a value that is there.
PLAIN = {"action": "power_off", "privilege": 1, "profile": 1, "tab": "hardware", "type": "DHCP_SERVICE"}

IN_VIRTUAL_DATACENTER = {
    "virtual_datacenter", "virtual_appliance", "virtual_machine", "nic", "network", "address", "disk",
    "operation",
}  # fmt: skip
OWNED = IN_VIRTUAL_DATACENTER | {"template", "template_disk"}
INFRASTRUCTURE = {"datacenter", "rack", "host", "datastore", "remote_service", "network_service_type"}
