"""Areas of the dialect as they were recorded: every operation is served or has a reason why not, and answers
every property and link that was ever answered, or has a reason why not.

``area_*.json`` hold methods, addresses, statuses, properties and links of the recorded traffic; that of
tenants holds signing in as well.
"""

import json
import re
from pathlib import Path

import pytest

from core.api.resource import Resource
from tests.api.addresses import addresses

AREAS = ("catalogue", "tenants")
RECORD = [
    operation | {"area": area}
    for area in AREAS
    for operation in json.loads(Path(__file__).with_name(f"area_{area}.json").read_text())
]
ONLY_2_2 = "an address of version 2.2 that no client calls"
UNSERVED = {
    "DELETE admin/enterprises/{}/datacenterrepositories/{}": ONLY_2_2,
    "PUT admin/enterprises/{}/appslib/templateDefinitionLists": ONLY_2_2,
    "PUT admin/enterprises/{}/appslib/templateDefinitions": ONLY_2_2,
    "DELETE admin/enterprises/{}/appslib/templateDefinitions": ONLY_2_2,
    "POST admin/enterprises/{}/appslib/templateDefinitions/{}": ONLY_2_2,
}
OTHER_AREAS = {
    "admin/enterprises/{}/datacenterrepositories/{}/virtualmachinetemplates/{}/action/virtualmachines": (
        "machines are of the area cloud"
    ),
}
ONE_DISK_INSIDE = "version 3.4 had the only disk inside the template; since 3.6 disks are linked"
OF_CATALOGUE = {
    "diskFileSize": ONE_DISK_INSIDE,
    "diskFormatType": ONE_DISK_INSIDE,
    "hdRequired": ONE_DISK_INSIDE,
    "path": ONE_DISK_INSIDE,
    "loginPassword": "a password is never answered",
    "datastoretier": "datastores have no tiers",
    "hardwareprofile": "templates recommend no hardware profile",
    "move": "only persistent templates move, and there are none",
    "publiccloudregion": "there are no public cloud regions",
    "templatedefinition": "a template does not tell by which definition it was downloaded",
    "virtualdatacenter": "only persistent templates are bound to one, and there are none",
    "entity": "every accepted request has it",
    "status": "every accepted request has it",
}
NO_PRICES_OF_ONES_OWN = "enterprises have no pricing template"
NOT_OF_HOSTS = "nothing of the kind is done with hosts"
OF_TENANTS = {
    "idPricingTemplate": NO_PRICES_OF_ONES_OWN,
    "pricingtemplate": NO_PRICES_OF_ONES_OWN,
    "externalnetworks": "the permission to use a location links to them",
    "ips": "addresses are listed by their networks",
    "volumes": "there are no volumes",
    "action": "virtual appliances are listed by their enterprise, not by location",
    "default": "no external network is the default one",
    "tier": "there are no tiers of storage",
    "datastoretier": "there are no tiers of storage",
    "backuppolicy": "there are no backups",
    "publiccloudregion": "there are no public cloud regions",
    "scope": "since 4.0 users have scopes, roles have none",
    "port": "the address of a host's driver holds its port",
    "refresh": NOT_OF_HOSTS,
    "refreshnics": NOT_OF_HOSTS,
    "sendmail": NOT_OF_HOSTS,
    "reenableafterha": NOT_OF_HOSTS,
    "checkipmistate": NOT_OF_HOSTS,
    "/action/checkipmistate": NOT_OF_HOSTS,
}
UNANSWERED = {"catalogue": OF_CATALOGUE, "tenants": OF_TENANTS}


def plain(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


SERVED = {plain(template): view for template, view, _names in addresses()}


def resources_of(operation: dict) -> list[Resource]:
    verb = getattr(SERVED[plain(operation["path"])], operation["method"].lower()).verb
    return [each for each in verb.answers if isinstance(each, Resource)]


def is_served(operation: dict) -> bool:
    view = SERVED.get(plain(operation["path"]))
    return view is not None and hasattr(view, operation["method"].lower())


def reason_why_not(operation: dict) -> str:
    return UNSERVED.get(f"{operation['method']} {plain(operation['path'])}", "")


def told_by(resource: Resource) -> tuple[set[str], set[str]]:
    """The names of its properties, and those of its links."""
    fields = {name for each in resource.fields for name in (each.name, each.older)}
    rels = {each.rel for each in resource.links}
    rels |= {f"{each.rel}{{n}}" if each.numbered else each.rel for each in resource.families}
    return fields | {each.name for each in resource.embedded}, rels


@pytest.mark.parametrize("operation", RECORD, ids=lambda each: f"{each['method']} {each['path']}")
def test_a_recorded_operation_is_served_or_has_a_reason(operation):
    if not is_served(operation):
        assert reason_why_not(operation)
        return
    verb = getattr(SERVED[plain(operation["path"])], operation["method"].lower()).verb
    assert not operation["status"] or str(verb.status) in operation["status"].split(",")


@pytest.mark.parametrize(
    "operation",
    [each for each in RECORD if is_served(each) and plain(each["path"]) not in OTHER_AREAS],
    ids=lambda each: f"{each['method']} {each['path']}",
)
def test_what_was_ever_answered_is_answered_or_has_a_reason(operation):
    resources = resources_of(operation)
    if not resources:
        assert set(operation["fields"]) <= {"entity"} or operation["method"] == "POST"
        return
    fields, rels = (set().union(*each) for each in zip(*map(told_by, resources), strict=True))
    missing = (set(operation["fields"]) - fields) | (set(operation["rels"]) - rels)
    assert missing <= UNANSWERED[operation["area"]].keys()
