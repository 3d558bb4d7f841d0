"""Templates over REST: what is shown, filtered, changed, shared, deleted, and how refusals are told."""

import pytest

from catalogue import services
from catalogue.models import Template
from compute.models import VirtualMachine
from tests.api_user import ApiUser, codes, link


@pytest.fixture
def anna(world, offers, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    assert world.admin.pk
    return ApiUser("anna")


@pytest.fixture
def root(world, anna):
    assert world.cloud_admin.pk
    return ApiUser("root")


def repository_path(world, enterprise=None) -> str:
    owner = enterprise or world.acme
    return f"/api/admin/enterprises/{owner.id}/datacenterrepositories/{world.datacenter.id}"


def template_path(world, template) -> str:
    return f"{repository_path(world, template.enterprise)}/virtualmachinetemplates/{template.id}"


def names(answer) -> list[str]:
    return [each["name"] for each in answer.json()["collection"]]


def test_a_template_tells_all_that_is_said_of_it(world, offers, anna):
    told = anna.get(template_path(world, offers.template)).json()

    assert told["id"] == str(offers.template.id)
    shown = {"name": "Debian", "cpuRequired": 1, "ramRequired": 128, "state": "DONE", "shared": False}
    assert shown.items() <= told.items()
    flags = ("enableCpuHotAdd", "enableRamHotAdd", "enableNicsHotReconfigure", "chefEnabled")
    assert {told[name] for name in flags} == {False}
    rels = {each["rel"] for each in told["links"]}
    assert {"category", "edit", "disks", "disk0", "virtualmachines", "instances"} <= rels


def test_what_was_fetched_may_be_sent_back_with_one_thing_changed(world, offers, anna):
    path = template_path(world, offers.template)
    document = anna.get(path).json()

    answer = anna.put(path, document | {"description": "bookworm", "iconUrl": "https://e.invalid/i.png"})

    assert answer.status_code == 200
    assert answer.json()["description"] == "bookworm"
    assert answer.json()["iconUrl"] == "https://e.invalid/i.png"
    assert answer.json()["shared"] is False


def test_bounds_are_set_and_removed(world, offers, anna):
    path = template_path(world, offers.template)

    bound = anna.put(path, {"cpuMin": 1, "cpuMax": 4, "ramMin": 64, "ramMax": 1024}).json()
    assert [bound[name] for name in ("cpuMin", "cpuMax", "ramMin", "ramMax")] == [1, 4, 64, 1024]
    assert codes(anna.put(path, {"cpuRequired": 8})) == ["VIMAGE-62"]

    free = anna.put(path, {"cpuMax": 0, "cpuRequired": 8}).json()
    assert "cpuMax" not in free
    assert free["cpuRequired"] == 8


def test_a_login_password_is_taken_and_never_told(world, offers, anna):
    path = template_path(world, offers.template)

    answer = anna.put(path, {"loginUser": "debian", "loginPassword": "hunter2"})

    assert answer.status_code == 200
    assert "hunter2" not in answer.content.decode() + anna.get(path).content.decode()
    assert Template.objects.get(pk=offers.template.pk).sealed_login_password


@pytest.mark.parametrize(
    ("body", "status", "code"),
    (
        ({"osType": "PLAN_9"}, 400, "GEN-2"),
        ({"cpuRequired": 0}, 400, "GEN-2"),
        ({"variables": {"1": "x"}}, 400, "VIMAGE-76"),
        ({"generateGuestInitialPassword": True}, 409, "VIMAGE-71"),
        ({"iconUrl": "file:///etc/passwd"}, 400, "VIMAGE-12"),
        ({"links": [{"rel": "category", "href": "/api/config/categories/999999"}]}, 404, "CATEGORY-1"),
        ({"links": [{"rel": "scope", "href": "/api/admin/scopes/999999"}], "shared": True}, 404, "SCOPE-1"),
        ({"shared": True}, 403, "VIMAGE-67"),
    ),
)
def test_what_can_not_be_is_refused_with_its_code(world, offers, anna, body, status, code):
    answer = anna.put(template_path(world, offers.template), body)

    assert (answer.status_code, codes(answer)) == (status, [code])


def test_a_category_is_given_by_its_link(world, offers, anna):
    category = services.create_category(actor=world.admin, name="Ours", enterprise=world.acme)

    body = {"links": [{"rel": "category", "href": f"/api/config/categories/{category.id}"}]}
    answer = anna.put(template_path(world, offers.template), body)

    assert link(answer, "category").endswith(f"/config/categories/{category.id}")
    in_it = anna.get(f"{repository_path(world)}/virtualmachinetemplates?categoryName=Ours")
    assert names(in_it) == ["Debian"]


def test_sharing_with_a_scope_is_a_link_to_it(world, offers, root):
    path = template_path(world, offers.template)
    scope = {"rel": "scope", "href": f"/api/admin/scopes/{offers.region.id}"}

    shared = root.put(path, {"shared": True, "links": [scope]}).json()

    assert shared["shared"] is True
    assert [each["title"] for each in shared["links"] if each["rel"] == "scope"] == ["region"]
    assert root.put(path, shared).status_code == 200
    assert list(Template.objects.get(pk=offers.template.pk).scopes.all()) == [offers.region]
    assert root.put(path, shared | {"shared": False}).json()["shared"] is False


def test_who_may_not_know_a_scope_is_not_told_of_it_and_changes_it_not(world, offers, anna):
    services.update_template(actor=world.cloud_admin, template=offers.template, scopes=[offers.region])
    path = template_path(world, offers.template)
    document = anna.get(path).json()

    assert "region" not in str(document)
    assert anna.put(path, document | {"description": "new"}).status_code == 200
    assert list(Template.objects.get(pk=offers.template.pk).scopes.all()) == [offers.region]


@pytest.mark.parametrize(
    ("query", "found"),
    (
        ("path=Debian.qcow2", ["Debian"]),
        ("path=nowhere", []),
        ("source=LOCAL", ["Debian", "Windows"]),
        ("source=REMOTE", []),
        ("ostype=WINDOWS_8_64", ["Windows"]),
        ("64bits=true", ["Windows"]),
        ("64bits=false", ["Debian"]),
        ("diskformattypes=QCOW2_SPARSE,RAW", ["Debian", "Windows"]),
        ("diskformattypes=VMDK_FLAT", []),
        ("states=done", ["Debian", "Windows"]),
        ("states=FAILED,IN_PROGRESS", []),
        ("categoryName=Others", ["Debian", "Windows"]),
        ("categoryName=Web", []),
        ("description=bookw", ["Debian"]),
        ("master=true", ["Debian", "Windows"]),
        ("master=false", []),
        ("imported=true", []),
        ("stateful=USED", []),
        ("has=wind", ["Windows"]),
        ("name=Debian", ["Debian"]),
    ),
)
def test_the_list_is_narrowed_as_clients_ask(world, offers, anna, query, found):
    offers.own_template("Windows", os_type="WINDOWS_8_64")
    services.update_template(actor=world.admin, template=offers.template, description="bookworm")

    assert names(anna.get(f"{repository_path(world)}/virtualmachinetemplates?{query}")) == found


@pytest.mark.parametrize("query", ("source=MOON", "64bits=perhaps", "stateful=NEVER", "id=x"))
def test_a_filter_that_says_nothing_is_refused(world, offers, anna, query):
    assert anna.get(f"{repository_path(world)}/virtualmachinetemplates?{query}").status_code == 400


def test_a_template_is_deleted_once_nothing_is_made_of_it(world, offers, anna, datacenter):
    path = template_path(world, offers.template)
    offers.machine_of(world.admin, offers.template, "web-1")

    refused = anna.delete(path)
    assert (refused.status_code, codes(refused)) == (409, ["VIMAGE-10"])
    assert "web-1" in refused.json()["collection"][0]["message"]

    VirtualMachine.objects.filter(template=offers.template).delete()
    assert anna.delete(path).status_code == 204
    datacenter.work()
    assert anna.get(path).status_code == 404


def test_the_file_alone_is_deleted_below_its_instances(world, offers, anna, datacenter):
    offers.own_template("copy", master=offers.template)
    path = template_path(world, offers.template)

    assert names(anna.get(f"{path}/action/instances")) == ["copy"]
    assert codes(anna.delete(path)) == ["VIMAGE-7"]
    assert anna.post(f"{path}/action/deletefile").status_code == 204
    datacenter.work()

    assert anna.get(path).json()["state"] == "UNAVAILABLE"
    assert codes(anna.post(f"{path}/action/deletefile")) == ["VIMAGE-35"]


def test_another_enterprise_sees_and_changes_nothing(world, offers, anna):
    assert world.rival_admin.pk
    rita, path = ApiUser("rita"), template_path(world, offers.template)

    asked = (rita.get(path), rita.put(path, {"name": "x"}), rita.delete(path))
    asked += (rita.post(f"{path}/action/deletefile"), rita.get(f"{path}/action/instances"))

    assert [(each.status_code, codes(each)) for each in asked] == [(404, ["VIMAGE-0"])] * 5


def test_a_disk_is_relabelled_and_moved(world, offers, anna):
    disks = f"{template_path(world, offers.template)}/disks"
    (disk,) = anna.get(disks).json()["collection"]
    path = link(disk, "edit")

    answer = anna.put(path, disk | {"label": "system", "diskControllerType": "SCSI"})

    assert (answer.json()["label"], answer.json()["diskControllerType"]) == ("system", "SCSI")
    assert codes(anna.put(path, {"sequence": 1})) == ["DISK-4"]
    assert codes(anna.get(f"{disks}/999999")) == ["DISK-3"]


def test_the_disks_of_a_repository_are_listed_and_narrowed(world, offers, anna):
    path = f"{repository_path(world)}/action/disks"

    assert [each["path"] for each in anna.get(path).json()["collection"]] == ["Debian.qcow2"]
    assert anna.get(f"{path}?states=UNAVAILABLE").json()["collection"] == []
    assert anna.get(f"{path}?diskformattype=RAW").json()["collection"] == []


def test_a_template_is_found_at_its_location(world, offers, anna):
    path = f"/api/cloud/locations/{world.datacenter.id}/templates"

    assert anna.get(f"{path}/{offers.template.id}").json()["name"] == "Debian"
    assert anna.get(f"{path}/999999").status_code == 404


def test_the_room_of_a_repository_is_for_those_who_may_see_it(world, offers, anna, root):
    repository = services.repository_of(world.datacenter)
    repository.capacity_mib, repository.remaining_mib = 1000, 400
    repository.save()

    told = root.get(repository_path(world)).json()
    assert (told["repositoryCapacityMb"], told["repositoryRemainingMb"]) == (1000, 400)
    assert "repositoryCapacityMb" not in anna.get(repository_path(world)).json()


def category_names(user) -> list[str]:
    return names(user.get("/api/config/categories"))


def test_categories_are_made_renamed_and_deleted(world, offers, anna, root):
    made = root.post("/api/config/categories", {"name": "Web"})
    assert made.status_code == 201
    path = made["Location"]
    assert made.json()["erasable"] is True
    assert category_names(anna) == ["Others", "Web"]

    assert root.put(path, made.json() | {"name": "Web servers"}).json()["name"] == "Web servers"
    assert root.delete(path).status_code == 204
    assert codes(root.get(path)) == ["CATEGORY-1"]


def test_a_category_with_a_link_to_an_enterprise_is_local(world, offers, anna):
    assert world.rival_admin.pk
    own = {"rel": "enterprise", "href": f"/api/admin/enterprises/{world.acme.id}"}

    made = anna.post("/api/config/categories", {"name": "Ours", "links": [own]})

    assert made.status_code == 201
    assert link(made, "enterprise").endswith(str(world.acme.id))
    assert "Ours" not in category_names(ApiUser("rita"))
    assert anna.put(made["Location"], made.json()).status_code == 200


def test_refusals_of_categories_have_their_codes(world, offers, anna, root):
    default = f"/api/config/categories/{offers.template.category_id}"
    web = root.post("/api/config/categories", {"name": "Web"})["Location"]

    assert codes(anna.post("/api/config/categories", {"name": "Web"})) == ["CATEGORY-7"]
    assert codes(root.post("/api/config/categories", {"name": "web"})) == ["CATEGORY-2"]
    assert root.post("/api/config/categories", {}).status_code == 400
    assert codes(root.delete(default)) == ["CATEGORY-3"]
    assert codes(anna.delete(web)) == ["CATEGORY-9"]
    assert codes(root.delete("/api/config/categories/999999")) == ["CATEGORY-1"]


def test_a_template_is_made_only_of_something_that_is_linked_to(world, offers, anna):
    answer = anna.post(
        f"{repository_path(world)}/virtualmachinetemplates",
        {"promotedName": "Nothing", "links": []},
        content_type="application/vnd.abiquo.virtualmachinetemplaterequest+json",
    )

    assert (answer.status_code, codes(answer)) == (400, ["VIMAGE-27"])
