"""The description is generated from the declarations and says all of them."""

import yaml

from core.api.verbs import Verb
from tests.api.addresses import addresses, methods_of


def described(client) -> dict:
    answer = client.get("/api/schema")
    assert answer.status_code == 200
    return yaml.safe_load(answer.content)


def test_every_method_of_every_address_declares_what_it_speaks():
    silent = [
        (template, method)
        for template, view, _names in addresses()
        for method in methods_of(view)
        if not isinstance(getattr(getattr(view, method), "verb", None), Verb)
    ]
    assert silent == []


def test_the_description_knows_every_address(client):
    paths = described(client)["paths"]
    missing = [
        (template, method)
        for template, view, _names in addresses()
        for method in methods_of(view)
        if method not in paths.get(f"/api/{template}", {})
    ]
    assert missing == []


def test_a_resource_is_described_by_its_declaration(client):
    machine = described(client)["components"]["schemas"]["virtualmachine"]["properties"]
    assert machine["cpu"] == {"type": "integer", "minimum": 1, "maximum": 128}
    assert machine["state"]["readOnly"]
    assert "deploy" in machine["links"]["description"]


def test_the_page_to_browse_it_loads_nothing_from_elsewhere(client):
    answer = client.get("/api/docs")
    assert answer.status_code == 200
    assert b"https://" not in answer.content.replace(b"https://cloud", b"")
    assert b"swagger-ui" in answer.content
