"""The published Python client, unmodified, sorts, finds, changes, shares and deletes templates."""

import json

import pytest

from catalogue.services import register_template
from tests.clients.test_abiquo_api import JSON, connect, expect, first_named
from tests.clients.test_abiquo_api import server as server  # noqa: PLC0414  fixture
from tests.world import MIB

DISK = {"format": "qcow2", "file_size_bytes": 16 * MIB, "virtual_size_bytes": 40 * MIB}


@pytest.fixture
def own(server, world):
    """A template of Acme's own."""
    return register_template(
        actor=None,
        enterprise=world.acme,
        datacenter=world.datacenter,
        name="Debian",
        disk=DISK | {"path": "debian.qcow2"},
    )


def headers(name: str) -> dict:
    return {"Content-Type": JSON.format(name), "Accept": JSON.format(name)}


def found_by(server: str, nick: str, **query: str):
    """The templates of the only repository as clients look for them."""
    enterprise = expect(200, connect(server, nick).login.get(headers={"Accept": JSON.format("user")}))
    enterprise = expect(200, enterprise.follow("enterprise").get())
    repositories = expect(200, enterprise.follow("datacenterrepositories").get())
    templates = next(iter(repositories)).follow("virtualmachinetemplates")
    return expect(200, templates.get(params=query))


def test_a_template_is_found_by_its_path_and_given_a_name_and_a_picture(server, world, own):
    (template,) = list(found_by(server, "anna", path="debian.qcow2"))
    template.json["name"] = "Debian 12"
    template.json["iconUrl"] = "https://example.invalid/debian.png"

    changed = expect(
        200,
        template.follow("edit").put(
            headers=headers("virtualmachinetemplate"), data=json.dumps(template.json)
        ),
    )

    assert (changed.name, changed.iconUrl) == ("Debian 12", "https://example.invalid/debian.png")
    assert [each.name for each in found_by(server, "anna", path="debian.qcow2")] == ["Debian 12"]


def test_a_category_is_made_and_templates_go_into_it(server, world, own):
    api = connect(server, "root")
    made = expect(
        201,
        api.config.categories.post(headers=headers("category"), data=json.dumps({"name": "Web servers"})),
    )
    (template,) = list(found_by(server, "anna", path="debian.qcow2"))
    links = [each for each in template.json["links"] if each["rel"] != "category"]
    edit = next(each for each in made.links if each["rel"] == "edit")
    template.json["links"] = [*links, {"rel": "category", "href": edit["href"], "type": edit["type"]}]

    expect(
        200,
        template.follow("edit").put(
            headers=headers("virtualmachinetemplate"), data=json.dumps(template.json)
        ),
    )

    assert [each.name for each in found_by(server, "anna", categoryName="Web servers")] == ["Debian"]
    listed = expect(200, api.config.categories.get(headers={"Accept": JSON.format("categories")}))
    expect(204, first_named(listed, "Web servers").follow("edit").delete())
    assert [each.name for each in found_by(server, "anna", categoryName="Others")] == ["Debian", "Tiny"]


def test_a_template_is_deleted(server, world, own, datacenter):
    (template,) = list(found_by(server, "anna", path="debian.qcow2"))

    code, _nothing = template.follow("edit").delete()
    datacenter.work()

    assert code == 204
    assert list(found_by(server, "anna", path="debian.qcow2")) == []


def test_what_is_shared_is_not_changed_by_others(server, world):
    tiny = first_named(found_by(server, "anna"), "Tiny")

    code, error = tiny.follow("edit").put(
        headers=headers("virtualmachinetemplate"), data=json.dumps(tiny.json | {"name": "Mine"})
    )

    assert code == 409
    assert error.json["collection"][0]["code"] == "VIMAGE-9"
