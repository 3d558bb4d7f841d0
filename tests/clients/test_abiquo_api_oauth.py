"""The published Python client, unmodified, manages tenants with nothing but OAuth 1.0a signatures."""

import json
from itertools import count
from typing import Any

import pytest
import requests
from abiquo.client import Abiquo, ObjectDto, check_response
from requests_oauthlib import OAuth1

from tests.identity.oauth_client import Dance

JSON = "application/vnd.abiquo.{}+json"
STRONG = "Brand-new-Secret-42"
_numbers = count()


@pytest.fixture
def signature(world, settings, live_server) -> OAuth1:
    settings.ATRIUM_PUBLIC_URL = ""
    assert world.acme.pk and world.datacenter.pk and world.host.pk
    return Dance(live_server.url, world.cloud_admin).signature()


@pytest.fixture
def api(signature, live_server) -> Abiquo:
    return Abiquo(f"{live_server.url}/api", auth=signature)


def expect(code: int, answer: tuple) -> ObjectDto:
    check_response(code, *answer)
    return answer[1]


def send(name: str, document: dict[str, Any]) -> dict[str, Any]:
    kind = JSON.format(name)
    return {"headers": {"Content-Type": kind, "Accept": kind}, "data": json.dumps(document)}


def named(collection: ObjectDto, name: str, column: str = "name") -> ObjectDto:
    return next(item for item in collection if item.json[column] == name)


def to(rel: str, item: ObjectDto) -> dict[str, str]:
    """A reference to something the client has fetched before."""
    href = next(link["href"] for link in item.links if link["rel"] in ("edit", "self"))
    return {"rel": rel, "href": href}


def new_enterprise(api: Abiquo) -> ObjectDto:
    body = {"name": f"From Python {next(_numbers)}", "cpuSoft": 4, "cpuHard": 8, "ramSoft": 0, "ramHard": 0}
    return expect(201, api.admin.enterprises.post(**send("enterprise", body)))


def test_it_manages_enterprises(api):
    made = new_enterprise(api)
    listed = expect(200, api.admin.enterprises.get(params={"limit": 1, "has": "from python"}))
    assert named(listed, made.name).id == made.id
    made.name, made.cpuHard = "Renamed", 16
    changed = expect(200, made.put())
    assert (changed.name, changed.cpuHard) == ("Renamed", 16)
    assert len(expect(200, changed.follow("users").get())) == 0
    assert changed.delete() == (204, None)
    code, gone = changed.refresh()
    assert (code, gone.collection[0]["code"]) == (404, "EN-0")


def test_it_manages_roles(api):
    privileges = expect(200, api.config.privileges.get(headers={"Accept": JSON.format("privileges")}))
    chosen = [named(privileges, each) for each in ("VDC_ENUMERATE", "VDC_MANAGE")]
    body = {"name": "Operators", "links": [to("privilege", each) for each in chosen]}
    made = expect(201, api.admin.roles.post(**send("role", body)))
    held = expect(200, made.follow("privileges").get())
    assert {each.name for each in held} == {"VDC_ENUMERATE", "VDC_MANAGE"}
    made.name = "Night shift"
    assert expect(200, made.put()).name == "Night shift"
    roles = expect(200, api.admin.roles.get(params={"has": "night"}))
    assert [each.name for each in roles] == ["Night shift"]
    assert made.delete() == (204, None)
    assert made.refresh()[0] == 404


def test_it_manages_scopes(api, world):
    entities = [{"idResource": world.acme.id, "type": "ENTERPRISE"}]
    body = {"name": "Acme and friends", "scopeEntities": entities}
    made = expect(201, api.admin.scopes.post(**send("scope", body)))
    assert [each["idResource"] for each in made.scopeEntities] == [world.acme.id]
    made.name = "Acme only"
    assert expect(200, made.put()).name == "Acme only"
    scopes = expect(200, api.admin.scopes.get(headers={"Accept": JSON.format("scopes")}))
    assert "Acme only" in {each.name for each in scopes}
    assert made.delete() == (204, None)
    assert made.refresh()[0] == 404


def test_it_manages_users_who_then_sign_in(api, live_server):
    enterprise = new_enterprise(api)
    role = named(expect(200, api.admin.roles.get()), "USER")
    body = {
        "nick": "earl", "name": "Earl", "surname": "Hickey", "email": "earl@example.invalid", "locale": "EN",
        "active": True, "password": STRONG, "firstLogin": False, "publicSshKey": None,
        "links": [to("role", role)],
    }  # fmt: skip
    made = expect(201, enterprise.follow("users").post(**send("user", body)))
    assert expect(200, made.follow("role").get()).name == "USER"
    assert expect(200, made.follow("enterprise").get()).id == enterprise.id
    me = Abiquo(f"{live_server.url}/api", auth=("earl", STRONG))
    assert expect(200, me.login.get()).nick == "earl"

    made.surname = "Turner"
    assert expect(200, made.put()).surname == "Turner"
    users = expect(200, enterprise.follow("users").get(params={"has": "turner"}))
    assert [each.nick for each in users] == ["earl"]
    assert made.delete() == (204, None)
    assert me.login.get()[0] == 401
    assert enterprise.delete() == (204, None)


def test_it_manages_limits(api):
    enterprise = new_enterprise(api)
    datacenters = expect(200, api.admin.datacenters.get(headers={"Accept": JSON.format("datacenters")}))
    body = {"cpuSoft": 2, "cpuHard": 4, "links": [to("location", named(datacenters, "North"))]}
    made = expect(201, enterprise.follow("limits").post(**send("limit", body)))
    assert (made.cpuSoft, made.cpuHard) == (2, 4)
    assert expect(200, made.follow("location").get()).name == "North"
    made.cpuHard = 6
    assert expect(200, made.put()).cpuHard == 6
    assert [each.cpuHard for each in expect(200, enterprise.follow("limits").get())] == [6]
    assert made.delete() == (204, None)
    assert len(expect(200, enterprise.follow("limits").get())) == 0
    enterprise = expect(200, enterprise.refresh())
    enterprise.cpuSoft, enterprise.cpuHard = 9, 3
    code, refused = enterprise.put()
    assert (code, bool(refused.collection[0]["code"])) == (400, True)


def test_it_manages_credentials_for_public_clouds(api):
    enterprise, key = new_enterprise(api), "a-secret-of-a-cloud"
    types = expect(200, api.config.hypervisortypes.get(headers={"Accept": JSON.format("hypervisortypes")}))
    amazon = named(types, "AMAZON")
    body = {"access": "AKIA-1", "key": key, "links": [to("hypervisortype", amazon)]}
    made = expect(201, enterprise.follow("credentials").post(**send("publiccloudcredentials", body)))
    assert expect(200, made.follow("hypervisortype").get()).realName == amazon.realName
    made.access, made.key = "AKIA-2", "another"
    assert expect(200, made.put()).access == "AKIA-2"
    kept = expect(200, enterprise.follow("credentials").get())
    assert ([each.access for each in kept], key in str(kept.json)) == (["AKIA-2"], False)
    assert made.delete() == (204, None)
    code, gone = made.refresh()
    assert (code, gone.collection[0]["code"]) == (404, "PUBLIC-1")


def test_it_reserves_hosts(api):
    enterprise = new_enterprise(api)
    datacenters = expect(200, api.admin.datacenters.get(headers={"Accept": JSON.format("datacenters")}))
    rack = named(expect(200, named(datacenters, "North").follow("racks").get()), "A1")
    host = named(expect(200, rack.follow("machines").get()), "host-1")
    reserved = expect(201, enterprise.follow("reservedmachines").post(**send("machine", host.json)))
    assert expect(200, reserved.follow("enterprise").get()).id == enterprise.id
    assert [each.name for each in expect(200, enterprise.follow("reservedmachines").get())] == ["host-1"]
    code, refused = enterprise.follow("reservedmachines").post(**send("machine", host.json))
    assert (code, refused.collection[0]["code"]) == (409, "MACHINE-14")
    again = api.admin.enterprises(enterprise.id).reservedmachines(host.id)
    assert again.delete() == (204, None)
    assert "enterprise" not in {each["rel"] for each in expect(200, host.refresh()).links}


def test_it_works_in_another_enterprise_and_reads_settings(api):
    enterprise, me = new_enterprise(api), expect(200, api.login.get())
    mine = expect(200, me.follow("edit").get())
    home = next(link for link in mine.links if link["rel"] == "enterprise")
    for whose in ({"rel": "enterprise", "href": to("edit", enterprise)["href"]}, home):
        mine.json["links"] = [whose]
        there = expect(200, me.follow("edit").put(**send("user", mine.json)))
        assert next(link["href"] for link in there.links if link["rel"] == "enterprise") == whose["href"]
    settings = expect(200, api.config.properties.get(params={"component": "client.network"}))
    assert named(settings, "client.network.defaultNetmask").value == "24"


def test_it_walks_through_long_lists(api):
    for _time in range(5):
        new_enterprise(api)
    listed = expect(200, api.admin.enterprises.get(params={"limit": 2, "has": "from python"}))
    assert len(listed) == len(list(listed)) == 5


def test_what_it_signs_wrong_is_refused_in_words_it_understands(api, live_server):
    wrong = Abiquo(f"{live_server.url}/api", auth=OAuth1("key-of-nobody", "x", "token-of-nobody", "y"))
    with pytest.raises(Exception, match=r"HTTP\(401\)"):
        expect(200, wrong.admin.enterprises.get())


def test_who_took_the_application_away_ends_it(api, world, live_server):
    application = requests.get(
        Dance(live_server.url, world.cloud_admin).applications, auth=Dance("", world.cloud_admin).password
    ).json()["collection"][0]
    assert application["links"][0]["rel"] == "self"
    me = expect(200, api.login.get())
    mine = next(iter(expect(200, me.follow("applications").get())))
    assert mine.name == "Reporter"
    assert mine.delete() == (204, None)
    assert api.login.get()[0] == 401
