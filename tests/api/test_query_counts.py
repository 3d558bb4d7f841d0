"""How many queries each list takes stands in a file. A number may only change on purpose: edit the file."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.api import authentication
from tests.api_user import ApiUser, machine_path

PINNED = json.loads((Path(__file__).parent / "query_counts.json").read_text())


@pytest.fixture
def busy(world, datacenter, monkeypatch):
    """Several of everything, so that a query per row would show; who asks stays known on a slow machine."""
    monkeypatch.setattr(authentication, "ACTOR_SECONDS", 3_600)
    assert world.cloud_admin.pk
    anna = ApiUser("anna")
    for number in range(6):
        anna.post(f"{machine_path(world.new_machine(f'web-{number}'))}/action/deploy")
    datacenter.work()
    world.add_host("host-2", "fake:///elsewhere")
    machine = world.machine
    return {
        "vdc": machine.virtual_datacenter_id,
        "vapp": machine.virtual_appliance_id,
        "enterprise": world.acme.id,
        "datacenter": world.datacenter.id,
        "rack": world.rack.id,
        "vm": machine.id,
    }


@pytest.mark.parametrize("name", PINNED)
def test_a_list_takes_the_pinned_number_of_queries(busy, name):
    nick, _space, template = name.partition(" ")
    user, path = ApiUser(nick), f"/api/{template.format(**busy)}"
    assert user.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        user.get(path)
    told = "\n".join(query["sql"] for query in captured.captured_queries)
    assert len(captured) == PINNED[name], f"{name} took {len(captured)} queries:\n{told}"
