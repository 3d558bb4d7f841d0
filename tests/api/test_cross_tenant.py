"""No address with a foreign id tells anything; generated from the URL configuration, so new ones are in."""

import pytest

from catalogue.services import register_template
from identity.services.applications import create_application
from identity.services.personal_tokens import create_personal_token
from infrastructure.services import create_datacenter, open_to
from networking.models import AddressLease, Nic
from tenants.models import Role
from tests.api.addresses import addresses, methods_of
from tests.api_user import ApiUser, link, machine_path

NOBODYS = {"privilege", "type", "profile"}
INFRASTRUCTURE = {"datacenter", "rack", "machine", "service", "networkservicetype", "datastore", "scope"}
TENANTS = [each for each in addresses() if set(each[2]) - NOBODYS and not set(each[2]) & INFRASTRUCTURE]
ADMINISTRATORS = [each for each in addresses() if set(each[2]) & INFRASTRUCTURE]


def ids_of(world, user, machine, template, role) -> dict:
    """What a tenant owns, by the names of the addresses' parameters."""
    task = link(ApiUser(user.nick).post(f"{machine_path(machine)}/action/deploy"), "status").rsplit("/", 1)[1]
    nic = Nic.objects.get(virtual_machine_id=machine.id)
    return {
        "enterprise": user.enterprise_id,
        "user": user.id,
        "role": role.id,
        "externalrole": role.external_roles.create(name=f"cn={user.nick}").id,
        "vdc": machine.virtual_datacenter_id,
        "vapp": machine.virtual_appliance_id,
        "vm": machine.id,
        "network": nic.network_id,
        "ip": AddressLease.objects.get(nic=nic).id,
        "nic": nic.id,
        "disk": machine.disks.get().id,
        "task": task,
        "template": template.id,
        "templatedisk": template.disks.get().id,
        "repository": template.repository.datacenter_id,
        "location": template.repository.datacenter_id,
        "limit": user.enterprise.location_limits.get(datacenter=template.repository.datacenter).id,
        "profile": 1,
        "privilege": 1,
        "application": create_application(actor=user, name="Reporter")[0].id,
        "personaltoken": create_personal_token(actor=user, name="nightly")[0].id,
    }


@pytest.fixture
def tenants(world, datacenter, settings):
    """(Acme's ids, Rival's ids); Rival has a datacenter of its own besides."""
    settings.ATRIUM_PUBLIC_URL = ""
    disk = {"format": "qcow2", "file_size_bytes": 1, "virtual_size_bytes": 1}
    theirs = world.rival_machine()
    private = create_datacenter(actor=None, name="Theirs")
    open_to(actor=None, datacenter=private, enterprise=world.rival)
    own_template = register_template(
        actor=None,
        enterprise=world.acme,
        datacenter=world.datacenter,
        name="Own",
        disk=disk | {"path": "own"},
    )
    their_template = register_template(
        actor=None, enterprise=world.rival, datacenter=private, name="Theirs", disk=disk | {"path": "theirs"}
    )
    roles = [Role.objects.create(name="Private", enterprise=each) for each in (world.acme, world.rival)]
    return (
        ids_of(world, world.admin, world.machine, own_template, roles[0]),
        ids_of(world, world.rival_admin, theirs, their_template, roles[1]),
    )


def test_every_address_of_a_tenant_is_hidden_from_another(tenants):
    own, foreign = tenants
    anna, told = ApiUser("anna"), []
    for template, view, names in TENANTS:
        for first_foreign in range(len(names)):
            if set(names[first_foreign:]) <= NOBODYS:
                continue
            ids = {
                name: (own if place < first_foreign else foreign)[name] for place, name in enumerate(names)
            }
            for method in methods_of(view):
                answer = anna.request(
                    method.upper(), f"/api/{template.format(**ids)}", None if method == "get" else {}
                )
                if answer.status_code != 404 or set(answer.json()) != {"collection"}:
                    told.append((method, template.format(**ids), answer.status_code))
    assert told == []


def test_own_addresses_are_found(tenants):
    own, _foreign = tenants
    anna = ApiUser("anna")
    missing = [
        (template, answer.status_code)
        for template, view, _names in TENANTS
        if hasattr(view, "get") and "profile" not in template
        for answer in [anna.get(f"/api/{template.format(**own)}")]
        if answer.status_code != 200
    ]
    assert missing == []


def test_infrastructure_is_closed_to_tenants(tenants, world):
    anna, told = ApiUser("anna"), []
    ids = dict.fromkeys(INFRASTRUCTURE, 1) | {"datacenter": tenants[1]["location"], "type": "DHCP_SERVICE"}
    for template, view, _names in ADMINISTRATORS:
        for method in methods_of(view):
            answer = anna.request(method.upper(), f"/api/{template.format(**ids)}")
            if answer.status_code not in (403, 404):
                told.append((method, template, answer.status_code))
    assert told == []


def test_lists_hold_nothing_of_others_whatever_filter_is_used(tenants, world):
    rival = world.rival.id
    anna = ApiUser("anna")
    for address in ("virtualdatacenters", "virtualmachines", "locations"):
        whole = anna.get(f"/api/cloud/{address}").json()
        assert {each["name"] for each in whole["collection"]}.isdisjoint({"Theirs", "theirs"})
    assert anna.get(f"/api/cloud/virtualdatacenters?enterprise={rival}").json()["collection"] == []


def test_a_link_into_another_tenant_is_not_found(tenants):
    own, foreign = tenants
    anna = ApiUser("anna")
    body = {
        "name": "New",
        "hypervisorType": "KVM",
        "links": [
            {"rel": "location", "href": f"/api/cloud/locations/{own['location']}"},
            {"rel": "enterprise", "href": f"/api/admin/enterprises/{foreign['enterprise']}"},
        ],
    }
    assert anna.post("/api/cloud/virtualdatacenters", body).status_code == 404
    body["links"] = [{"rel": "location", "href": f"/api/cloud/locations/{foreign['location']}"}]
    assert anna.post("/api/cloud/virtualdatacenters", body).status_code == 404
