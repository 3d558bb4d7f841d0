"""Which kind of thing each parameter of an address names. An address with another parameter has no place
in the matrix, and the matrix says so."""

from typing import Any
from urllib.parse import urlencode

THINGS = {
    "appliance_id": "virtual_appliance",
    "appliancetask": "appliance_task",
    "category": "category",
    "category_id": "category",
    "conversion": "conversion",
    "credentials": "cloud_credentials",
    "credentials_id": "cloud_credentials",
    "datacenter": "datacenter",
    "definition": "template_definition",
    "definition_id": "template_definition",
    "definitionlist": "definition_list",
    "list_id": "definition_list",
    "found_id": "found_file",
    "datacenter_id": "datacenter",
    "datastore": "datastore",
    "disk": "disk",
    "enterprise": "enterprise",
    "enterprise_id": "enterprise",
    "externalnetwork": "external_network",
    "externalrole": "external_role",
    "application": "application",
    "application_id": "own_application",
    "personaltoken": "personal_token",
    "token_id": "own_token",
    "ssh_key_id": "own_ssh_key",
    "session": "session",
    "host_id": "host",
    "ip": "address",
    "limit": "location_limit",
    "limit_id": "location_limit",
    "mail_id": "mail",
    "location": "location",
    "machine": "host",
    "machine_id": "virtual_machine",
    "network": "network",
    "networkservicetype": "network_service_type",
    "nic": "nic",
    "operation_id": "operation",
    "rack": "rack",
    "repository": "location",
    "delegation_id": "own_delegation",
    "request_id": "approval_request",
    "role": "role",
    "rule_id": "approval_rule",
    "role_id": "role",
    "scope": "scope",
    "scope_id": "scope",
    "service": "remote_service",
    "repositorytask": "repository_task",
    "task": "operation",
    "templatetask": "template_task",
    "template": "template",
    "template_id": "template",
    "templatedisk": "template_disk",
    "upload_id": "upload",
    "blueprint_id": "blueprint",
    "version_id": "blueprint_version",
    "vappspec": "blueprint_version",
    "user": "user",
    "user_id": "user",
    "vapp": "virtual_appliance",
    "vdc": "virtual_datacenter",
    "vdc_id": "virtual_datacenter",
    "vm": "virtual_machine",
}
# Parameters that name nothing anybody owns, each with a value that is there.
PLAIN = {
    "action": "power_off",
    "chapter": "versions",
    "address": "0" * 16,
    "diskformat": "RAW",
    "digest": "0" * 16,
    "hypervisortype": "AMAZON",
    "part": "disks",
    "privilege": 1,
    "profile": 1,
    "property": 1,
    "region": "nowhere",
    "tab": "hardware",
    "theme_id": 1,
    "token": "x",
    "type": "DHCP_SERVICE",
}

IN_VIRTUAL_DATACENTER = {
    "virtual_datacenter", "virtual_appliance", "virtual_machine", "nic", "network", "address", "disk",
    "operation", "approval_request", "appliance_task",
}  # fmt: skip
OWNED = IN_VIRTUAL_DATACENTER | {
    "blueprint",
    "blueprint_version",
    "upload",
    "category",
    "conversion",
    "repository_task",
    "template_task",
    "template",
    "template_disk",
    "external_network",
    "definition_list",
    "template_definition",
}
INFRASTRUCTURE = {
    "found_file",
    "datacenter",
    "rack",
    "host",
    "datastore",
    "remote_service",
    "network_service_type",
}

# Where each kind of thing is found in the REST dialect, and under which relations bodies link to it.
HREFS = {
    "category": "/api/config/categories/{category}",
    "enterprise": "/api/admin/enterprises/{enterprise}",
    "role": "/api/admin/roles/{role}",
    "scope": "/api/admin/scopes/{scope}",
    "user": "/api/admin/enterprises/{enterprise}/users/{user}",
    "location": "/api/cloud/locations/{location}",
    "datacenter": "/api/admin/datacenters/{datacenter}",
    "host": "/api/admin/datacenters/{datacenter}/racks/{rack}/machines/{host}",
    "virtual_datacenter": "/api/cloud/virtualdatacenters/{virtual_datacenter}",
    "virtual_appliance": (
        "/api/cloud/virtualdatacenters/{virtual_datacenter}/virtualappliances/{virtual_appliance}"
    ),
    "template": (
        "/api/admin/enterprises/{enterprise}/datacenterrepositories/{location}"
        "/virtualmachinetemplates/{template}"
    ),
    "blueprint_version": "/api/admin/enterprises/{enterprise}/vappspecs/{blueprint_version}",
    "network": "/api/cloud/virtualdatacenters/{virtual_datacenter}/privatenetworks/{network}",
    "address": "/api/cloud/virtualdatacenters/{virtual_datacenter}/privatenetworks/{network}/ips/{address}",
}
RELATIONS_IN_BODIES = {
    "template": ("virtualmachinetemplate",),
    "virtual_datacenter": ("virtualdatacenter",),
    "virtual_appliance": ("virtualappliance",),
    "network": ("network", "network_configuration", "privatenetwork", "defaultnetwork"),
    "address": ("nic0", "privateip"),
    "blueprint_version": ("edit", "origin", "virtualappliancespec"),
    "host": ("machine", "edit"),
    "scope": ("scope", "scopeparent", "scopeParent"),
}
# Query parameters that narrow lists, besides the texts people search for.
FILTERS = {
    "category": ("category", "categoryName"),
    "enterprise": ("enterprise", "idEnterprise", "identerprise", "enterprise_id"),
    "role": ("idRole", "role"),
    "virtual_datacenter": ("virtualdatacenter", "vdc", "virtual_datacenter"),
    "virtual_appliance": ("virtualappliance", "appliance"),
    "virtual_machine": ("ids", "machine"),
    "location": ("datacenter", "location"),
    "user": ("user", "owner"),
    "template": ("template",),
}


def narrowing(ids: dict[str, Any]) -> list[str]:
    """Query strings that ask a list for somebody's things, one kind at a time."""
    return ["?" + urlencode({name: ids[thing] for name in names}) for thing, names in FILTERS.items()]


def body_with(ids: dict[str, Any], thing: str) -> dict[str, Any]:
    """A JSON body that links to this thing, under every relation such a link may have."""
    relations = RELATIONS_IN_BODIES.get(thing, (thing,))
    href = HREFS[thing].format(**ids)
    return {"name": "New", "links": [{"rel": relation, "href": href} for relation in relations]}


def form_with(ids: dict[str, Any]) -> dict[str, Any]:
    """A form that names every kind of thing, in each way fields are called."""
    fields = {form.format(thing): value for thing, value in ids.items() for form in ("{}", "{}_id", "{}s")}
    return {"name": "New", "ids": ids["virtual_machine"], "number": 1} | fields
