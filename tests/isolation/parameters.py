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
    "picture": "picture",
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
    "pk": "own_security_key",
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
    "key": "x",
    "organization_slug": "matrix-saml",
    "part": "disks",
    "privilege": 1,
    "profile": 1,
    "property": 1,
    "provider_id": "matrix-openid",
    "region": "nowhere",
    "tab": "hardware",
    "theme_id": 1,
    "token": "x",
    "type": "DHCP_SERVICE",
    "uidb36": "1",
}
# What the classes of the back office are about: a thing of an estate, or what belongs to the installation.
OFFICE = {
    "billing/pricelist": "price_list",
    "catalogue/template": "template",
    "consoles/consolesession": "console_session",
    "identity/signinprovider": "sign_in_provider",
    "infrastructure/datacenter": "datacenter",
    "infrastructure/datastore": "datastore",
    "infrastructure/hardwareprofile": "hardware_profile",
    "infrastructure/host": "host",
    "infrastructure/rack": "rack",
    "tenants/enterprise": "enterprise",
    "tenants/role": "role",
    "tenants/user": "user",
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
    "picture",
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
    "template_definition": (
        "/api/admin/enterprises/{enterprise}/appslib/templateDefinitions/{template_definition}"
    ),
    "template_disk": (
        "/api/admin/enterprises/{enterprise}/datacenterrepositories/{location}"
        "/virtualmachinetemplates/{template}/disks/{template_disk}"
    ),
    "network": "/api/cloud/virtualdatacenters/{virtual_datacenter}/privatenetworks/{network}",
    "address": "/api/cloud/virtualdatacenters/{virtual_datacenter}/privatenetworks/{network}/ips/{address}",
}
RELATIONS_IN_BODIES = {
    "template": ("virtualmachinetemplate", "image"),
    "template_disk": ("disk",),
    "template_definition": ("templateDefinition",),
    "virtual_datacenter": ("virtualdatacenter",),
    "virtual_appliance": ("virtualappliance",),
    "network": ("network", "network_configuration", "privatenetwork", "defaultnetwork"),
    "address": ("nic0", "privateip"),
    "blueprint_version": ("edit", "origin", "virtualappliancespec"),
    "host": ("machine", "edit"),
    "scope": ("scope", "scopeParent", "defaultscope"),
}
# Links in an object of the body.
EMBEDDED = {"template": {"dvd": "image"}}
# Links to what everybody may see, or what nobody has.
OPEN_RELATIONS = {"hardwareprofile", "privilege", "publiccloudregion"}
# Query parameters that name things, besides the texts people search for.
QUERIES = {
    "category": ("category", "categoryName"),
    "enterprise": ("enterprise", "idEnterprise", "identerprise", "enterprise_id"),
    "role": ("idRole", "role", "other", "copy"),
    "scope": ("idScope", "parent"),
    "virtual_datacenter": ("virtualdatacenter", "vdc", "vdcId", "virtual_datacenter"),
    "blueprint_version": ("from", "to"),
    "virtual_appliance": ("virtualappliance", "appliance", "vapp"),
    "virtual_machine": ("ids",),
    "host": ("machine",),
    "location": ("datacenter", "datacenterId", "location"),
    "user": ("user", "owner"),
    "template": ("template", "id", "idTemplate", "new"),
    "mark": (
        "q", "has", "name", "user", "thing", "path", "templatePath", "categoryName", "creationUser",
        "description", "oauth_token",
    ),
}  # fmt: skip
# Query parameters that name nothing anybody owns.
PLAIN_QUERIES = {
    "64bits", "RelayState", "SAMLRequest", "SigAlg", "activated", "after", "asc", "before", "boot",
    "brief", "by", "component", "datacenterUuid", "desc", "diskformattype", "diskformattypes", "expand",
    "external", "family", "fileName", "fileSize", "fileSizeInMb", "filter", "fingerprint", "force",
    "forceEnterpriseSoftLimits", "forceReason", "forceUntil", "forceVdcLimits", "format", "hypervisor",
    "imported", "keeps_addresses", "limit", "master", "next", "oauth_verifier", "offer", "only", "ostype",
    "plan", "reading", "since", "size", "sort", "source", "startwith", "state", "stateful", "states",
    "terms_accepted", "type", "until", "url", "versions", "view", "what",
}  # fmt: skip
# Fields of forms that name things, besides those called like the thing itself.
FIELDS = {
    "approval_request": ("request",),
    "enterprise": ("open_to",),
    "own_ssh_key": ("keys",),
    "template": ("image", "new"),
    "role": ("approver_role", "default_role", "copy"),
    "scope": ("default_scope", "parent"),
    "user": ("approvers", "deputy", "owner"),
    "virtual_machine": ("machine", "ids"),
}
PLAIN_FIELDS = {
    "SAMLResponse", "act", "answer", "becomes_current", "code", "comment", "described_alike",
    "description", "draft", "email", "fingerprint", "force", "force_reason", "force_until", "format",
    "full_clone", "go", "guest-user_data", "keeps_addresses", "key", "logout_token", "mark", "name",
    "next", "note", "number", "oauth_token", "privilege", "properties", "requires_approval", "restricted",
    "send", "size", "starts", "terms_accepted", "text", "typed_name", "user_data", "variant", "verdict",
}  # fmt: skip


def queries(ids: dict[str, Any], kinds: set[str]) -> list[str]:
    """Query strings that name somebody's things of these kinds, one kind at a time under all its names."""
    asked = {thing: names for thing, names in QUERIES.items() if thing in kinds}
    return ["?" + urlencode({name: ids[thing] for name in names}) for thing, names in asked.items()]


def body_with(ids: dict[str, Any], thing: str) -> dict[str, Any]:
    """A JSON body that links to this thing, under every relation such a link may have."""
    relations = RELATIONS_IN_BODIES.get(thing, (thing,))
    href = HREFS[thing].format(**ids)
    inner = {
        part: {"links": [{"rel": relation, "href": href}]}
        for part, relation in EMBEDDED.get(thing, {}).items()
    }
    return {"name": "New", "links": [{"rel": relation, "href": href} for relation in relations]} | inner


def form_with(ids: dict[str, Any], kinds: set[str]) -> dict[str, Any]:
    """A form that names a thing of each of these kinds, in each way fields are called."""
    named = {name: ids[thing] for thing in kinds for name in names_in_forms(thing)}
    return {"name": "New", "number": 1} | named


def names_in_forms(thing: str) -> tuple[str, ...]:
    """What fields for a thing of this kind are called."""
    return (thing, f"{thing}_id", f"{thing}s", *FIELDS.get(thing, ()))


def relations() -> set[str]:
    """Every relation that the bodies of ``body_with`` use."""
    inner = {relation for parts in EMBEDDED.values() for relation in parts.values()}
    return inner | {name for thing in HREFS for name in RELATIONS_IN_BODIES.get(thing, (thing,))}
