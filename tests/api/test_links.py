"""Clients follow links verbatim: each one must lead somewhere, carry a type, and name what it leads to."""

import re

import pytest

from tests.api_user import SERVER, ApiUser, machine_path
from tests.compute.blueprints import shop

ACTION = re.compile(
    r"/actions?/(ack|deploy|export|instance|spec|specversion|undeploy|reset|cancel|checkcredentials|refresh)$"
)
STARTS = (
    "/api/login",
    "/api/admin/enterprises",
    "/api/admin/roles?limit=2",
    "/api/admin/scopes",
    "/api/admin/datacenters",
    "/api/admin/remoteservices",
    "/api/cloud/locations",
    "/api/cloud/virtualdatacenters",
    "/api/cloud/virtualmachines",
)


def links_in(document) -> list[dict]:
    if isinstance(document, list):
        return [found for each in document for found in links_in(each)]
    if not isinstance(document, dict):
        return []
    inner = [found for each in document.values() for found in links_in(each)]
    return inner + [each for each in document.get("links", ()) if "href" in each]


@pytest.mark.parametrize("nick", ["anna", "root"])
def test_every_link_leads_to_what_it_says(world, datacenter, nick):
    assert world.cloud_admin.pk and shop(world).pk
    anna, user = ApiUser("anna"), ApiUser(nick)
    anna.post(f"{machine_path(world.machine)}/action/deploy")
    datacenter.work()
    waiting, seen, wrong = [(start, "") for start in STARTS], set(), []
    while waiting:
        href, media_type = waiting.pop()
        if (href, media_type) in seen or ACTION.search(href):
            continue
        seen.add((href, media_type))
        answer = user.get(href, **({"Accept": media_type} if media_type else {}))
        if answer.status_code != 200:
            if (nick, answer.status_code) not in (("anna", 404), ("anna", 403)):
                wrong.append((href, media_type, answer.status_code))
            continue
        for each in links_in(answer.json()):
            assert each.get("type"), f"{each} in {href} has no type"
            assert each["href"].startswith(SERVER)
            assert "version=" not in each["type"]
            waiting.append((each["href"], each["type"]))
    assert wrong == []
    assert len(seen) > 40


def test_addresses_start_with_the_configured_public_address(world, settings):
    settings.ATRIUM_PUBLIC_URL = "https://cloud.example"
    assert world.admin.pk
    answer = ApiUser("anna").get("/api/login").json()
    assert all(each["href"].startswith("https://cloud.example/api/") for each in answer["links"])


def test_without_a_public_address_the_request_says_where_it_came_to(world, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.USE_X_FORWARDED_HOST = True
    assert world.admin.pk
    headers = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "cloud.example"}
    answer = ApiUser("anna").get("/api/login", **headers).json()
    assert all(each["href"].startswith("https://cloud.example/api/") for each in answer["links"])
