"""Remote repositories: a real server's index is read, kept, refreshed, and what it offers is downloaded."""

from ipaddress import ip_address

import pytest

from catalogue.definition_index import MOST_DEFINITIONS, IndexRefused, read_index
from catalogue.models import TemplateDefinition, TemplateDefinitionList, Upload
from catalogue.services import default_category
from catalogue.services.definition_lists import add_list
from contracts.addresses import is_public
from contracts.base import Failed, Succeeded
from contracts.vocabulary import ErrorCode, Service
from core.errors import Invalid
from events.models import Event
from tests.api_user import ApiUser, codes, link
from tests.catalogue.list_mirror import GIB, MIB, NAMESPACE, entry, index
from tests.catalogue.test_fetching import output_of

pytestmark = pytest.mark.django_db(transaction=True)
BASE = "https://mirror.example/a/ovfindex.xml"


@pytest.fixture
def anna(world, settings) -> ApiUser:
    settings.ATRIUM_PUBLIC_URL = ""
    assert world.admin.pk and default_category()
    return ApiUser("anna")


def lists_path(world) -> str:
    return f"/api/admin/enterprises/{world.acme.pk}/appslib/templateDefinitionLists"


def add(world, user: ApiUser, url: str):
    return user.post(lists_path(world), url, content_type="text/plain")


def offered(answer) -> list[dict]:
    return answer.json()["templateDefinitions"]["collection"]


def test_an_address_in_plain_text_adds_what_the_index_offers(world, anna, mirror):
    answer = add(world, anna, f"{mirror.url}/a/ovfindex.xml")

    assert (answer.status_code, answer.json()["name"]) == (201, "Official")
    debian = next(each for each in offered(answer) if each["productName"] == "Debian 12")
    assert debian["url"] == f"{mirror.url}/a/debian/debian.ovf"
    assert debian["iconUrl"] == f"{mirror.url}/a/icons/debian.png"
    told = {
        "description": "Small",
        "osType": "DEBIAN_64",
        "productVendor": "Debian",
        "diskFileSize": 300 * MIB,
    }
    assert told.items() <= debian.items()
    assert debian["templateDefinitionDisks"][0]["hdRequired"] == GIB
    assert anna.get(link(debian, "edit")).json()["name"] == "Debian 12"
    assert anna.get(lists_path(world)).json()["totalSize"] == 1


def test_a_definition_is_downloaded_and_the_task_leads_to_the_template(world, anna, mirror, datacenter):
    datacenter.answers["fetch_template"] = lambda command: Succeeded(output=output_of(command))
    made = add(world, anna, f"{mirror.url}/a/ovfindex.xml")
    definition = next(each for each in offered(made) if each["productName"] == "Debian 12")
    repository = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{world.datacenter.pk}"
    world.template  # noqa: B018  the location has a repository
    body = {"links": [{"rel": "templateDefinition", "href": link(definition, "edit")}]}
    kind = "application/vnd.abiquo.virtualmachinetemplaterequest+json"

    accepted = anna.post(f"{repository}/virtualmachinetemplates", body, content_type=kind)
    again = anna.post(f"{repository}/virtualmachinetemplates", body, content_type=kind)
    status = f"{link(definition, 'repositoryStatus')}?datacenterId={world.datacenter.pk}"
    before = anna.get(status).json()
    datacenter.work()

    assert (accepted.status_code, again.status_code, codes(again)) == (202, 409, ["VIMAGE-18"])
    assert (before["status"], before["ovfId"]) == ("DOWNLOADING", definition["url"])
    task = anna.get(link(accepted, "status")).json()
    assert task["state"] == "FINISHED_SUCCESSFULLY"
    template = anna.get(link(task, "result")).json()
    assert (template["name"], template["osType"], template["description"]) == (
        "Debian 12",
        "DEBIAN_64",
        "Small",
    )
    assert anna.get(status).json()["status"] == "DOWNLOAD"
    states = anna.get(f"{link(made, 'repositoryStatus')}?datacenterId={world.datacenter.pk}").json()
    assert sorted(each["status"] for each in states["collection"]) == ["DOWNLOAD", "NOT_DOWNLOAD"]


def test_room_is_kept_for_a_little_more_than_the_index_tells(world, anna, mirror, datacenter):
    made = add(world, anna, f"{mirror.url}/a/ovfindex.xml")
    path = link(offered(made)[0], "edit")

    anna.post(f"{path}/actions/repositoryInstall?datacenterId={world.datacenter.pk}")

    (command,) = datacenter.take(Service.APPLIANCE_FETCH)
    assert 300 * MIB < command.most_bytes < 400 * MIB


def test_a_failed_download_says_why_and_can_be_begun_again(world, anna, mirror, datacenter):
    detail = "mirror.example answered 404"
    datacenter.answers["fetch_template"] = Failed(code=ErrorCode.SOURCE_REFUSED, detail=detail)
    made = add(world, anna, f"{mirror.url}/a/ovfindex.xml")
    path = link(offered(made)[0], "edit")
    place = f"datacenterId={world.datacenter.pk}"
    anna.post(f"{path}/actions/repositoryInstall?{place}")
    datacenter.work()

    told = anna.get(f"{path}/actions/repositoryStatus?{place}").json()
    again = anna.post(f"{path}/actions/repositoryInstall?{place}")
    gone = anna.post(f"{path}/actions/repositoryUninstall?{place}")

    assert (told["status"], told["errorCause"]) == ("ERROR", detail)
    assert (again.status_code, gone.status_code) == (202, 204)


def test_read_again_what_stays_keeps_its_place_and_what_went_goes(world, anna, mirror):
    made = add(world, anna, f"{mirror.url}/a/ovfindex.xml")
    ids = {each["name"]: each["id"] for each in offered(made)}
    mirror.pages["/a/ovfindex.xml"] = index(
        entry(extra="<Name>Debian twelve</Name>"), entry("new.ova", "New")
    )

    answer = anna.put(link(made, "edit"))

    found = {each["name"]: each["id"] for each in offered(answer)}
    assert set(found) == {"Debian twelve", "New"}
    assert found["Debian twelve"] == ids["Debian 12"]


def test_what_can_not_be_read_any_more_leaves_what_was_known(world, anna, mirror):
    made = add(world, anna, f"{mirror.url}/a/ovfindex.xml")
    del mirror.pages["/a/ovfindex.xml"]

    answer = anna.put(link(made, "edit"), {"name": "Renamed"})

    assert (answer.status_code, answer.json()["name"], len(offered(answer))) == (200, "Renamed", 2)
    assert "404" in TemplateDefinitionList.objects.get().problem


def test_a_list_may_be_named_before_it_can_be_read_and_be_removed_again(world, anna, mirror):
    made = anna.post(lists_path(world), {"name": "Later", "url": f"{mirror.url}/later.xml"})
    twice = anna.post(lists_path(world), {"name": "Later", "url": f"{mirror.url}/a/ovfindex.xml"})
    none = anna.put(link(made, "edit"), {"url": "ftp://mirror.example"})
    gone = anna.delete(link(made, "edit"))

    assert (made.status_code, offered(made)) == (201, [])
    assert (twice.status_code, codes(twice)) == (409, ["OVF-PACKAGE-LIST-0"])
    assert (none.status_code, codes(none)) == (400, ["OVF-PACKAGE-6"])
    assert gone.status_code == 204
    assert codes(anna.get(link(made, "edit"))) == ["OVF-PACKAGE-1"]


def test_a_definition_is_written_down_changed_and_forgotten_by_hand(world, anna):
    path = f"/api/admin/enterprises/{world.acme.pk}/appslib/templateDefinitions"
    body = {
        "url": "https://mirror.example/a.ova", "productName": "By hand", "description": "Mine",
        "templateDefinitionDisks": [{"diskFormatType": "RAW", "diskFileSize": 5}],
        "links": [{"rel": "category", "href": "", "title": "Others"}],
    }  # fmt: skip

    made = anna.post(path, body)
    changed = anna.put(link(made, "edit"), {"description": "Another"})

    assert (made.status_code, made.json()["name"], made.json()["diskFormatType"]) == (201, "By hand", "RAW")
    assert (changed.json()["description"], changed.json()["url"]) == ("Another", body["url"])
    assert anna.post(path, body | {"url": "file:///etc/passwd"}).status_code == 400
    assert anna.delete(link(made, "edit")).status_code == 204
    assert not TemplateDefinition.objects.exists()
    kinds = [f"template_definition.{what}" for what in ("added", "changed", "removed")]
    told = Event.objects.filter(kind__in=kinds).order_by("id")
    assert [(each.kind, each.actor_name) for each in told] == [(kind, "anna") for kind in kinds]
    assert told[1].changes == {"description": ["Mine", "Another"]}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://169.254.169.254/x", "http://[::1]/", "http://nobody.invalid/"]
)
def test_an_index_inside_is_not_read_and_sounds_like_one_that_does_not_exist(world, anna, mirror, address):
    answer = add(world, anna, address)

    assert (answer.status_code, codes(answer)) == (400, ["OVF-PACKAGE-3"])
    assert "no public address" in answer.json()["collection"][0]["message"]


def test_a_refused_address_tells_that_its_network_can_be_allowed(world):
    with pytest.raises(Invalid) as refused:
        add_list(actor=world.admin, enterprise=world.acme, url="http://127.0.0.1:9/")

    assert "ATRIUM_FETCH_ALLOWED_NETWORKS" in refused.value.remedy


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/", "http://169.254.169.254/", "file:///etc/passwd", "/moved.xml", ""]
)
def test_redirects_are_followed_only_where_an_address_may_lead(world, anna, mirror, target):
    mirror.pages["/moved.xml"] = target

    assert codes(add(world, anna, f"{mirror.url}/moved.xml")) == ["OVF-PACKAGE-3"]
    mirror.pages["/again.xml"] = "/a/ovfindex.xml"
    assert add(world, anna, f"{mirror.url}/again.xml").status_code == 201


PUBLISHED = f"""<?xml version='1.0' encoding='UTF-8'?>
<ns2:RepositorySpace xmlns:ns1="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ns2="{NAMESPACE}"
  ns2:RepositoryURI="http://lists.example:9000/ovfindex.xml" ns2:RepositoryName="Appliances">
 <ns2:OVFDescription ns2:OVFFile="http://lists.example:9000/ovf/12/desc.ovf" ns2:DiskFormat="VMDK_SPARSE"
   ns2:DiskSize="300.5" ns2:OVFCategories="Firewalls, Others" ns1:instance="" ns1:class="">
  <ns1:Product>Gate</ns1:Product><ns1:Info>Keeps others out</ns1:Info>
  <ns1:Icon ns1:fileRef="http://icons.example/gate.png" ns1:mimeType="image/png" ns1:width="32"/>
 </ns2:OVFDescription>
 <ns2:OVFDescription ns2:DiskFormat="VBOX" ns2:OVFFile="old/desc.ovf" ns1:instance="" ns1:class="">
  <ns1:Info>Old</ns1:Info><ns1:Product>Old one</ns1:Product></ns2:OVFDescription>
 <ns2:OVFDescription ns2:DiskFormat="KVM" ns2:OVFFile="old/desc.ovf" ns2:DiskSize="">
  <ns1:Info>Old</ns1:Info><ns1:Product>Old one again</ns1:Product></ns2:OVFDescription>
</ns2:RepositorySpace>""".encode()


def test_a_list_as_its_published_generators_write_it_is_read_whole():
    found = read_index(PUBLISHED, "http://lists.example:9000/ovfindex.xml")

    gate, old = found.definitions
    assert (found.name, found.left_out, old.name) == ("Appliances", 0, "Old one again")
    assert (gate.url, gate.name) == ("http://lists.example:9000/ovf/12/desc.ovf", "Gate")
    assert (gate.description, gate.categories) == ("Keeps others out", ("Firewalls", "Others"))
    assert gate.icon_url == "http://icons.example/gate.png"
    size_bytes = 300 * MIB + MIB // 2
    assert gate.disks == (
        {"label": "", "format": "VMDK_SPARSE", "file_size_bytes": size_bytes, "virtual_size_bytes": 0},
    )
    assert (old.url, old.disks[0]["format"]) == ("http://lists.example:9000/old/desc.ovf", "UNKNOWN")


def test_the_folder_of_a_list_is_address_enough_and_the_first_known_category_counts(world, anna, mirror):
    mirror.pages["/b/ovfindex.xml"] = index(
        entry().replace('OVFCategories="Others"', 'OVFCategories="Firewalls,Others"')
    )

    answers = [add(world, anna, f"{mirror.url}/b"), anna.get(lists_path(world))]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert TemplateDefinitionList.objects.get().url == f"{mirror.url}/b/ovfindex.xml"
    assert TemplateDefinition.objects.get().category == default_category()


HOSTILE = {
    "entities": (b'<!DOCTYPE a [<!ENTITY b "c">]><RepositorySpace>&b;</RepositorySpace>', "entities"),
    "a document outside": (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><RepositorySpace/>', "document type"),
    "no xml": (b"<html><body>Log in", "can't be read"),
    "something else": (b"<Envelope/>", "RepositorySpace"),
    "too many": (index(*["<OVFDescription/>"] * (MOST_DEFINITIONS + 1)), "are the most"),
    "a hundred thousand": (index(*["<OVFDescription/>"] * 100_000), "elements"),
    "too deep": (b"<RepositorySpace>" + b"<a>" * 100 + b"</a>" * 100 + b"</RepositorySpace>", "deeper"),
    "too large": (b"<RepositorySpace>" + b" " * (4 * MIB) + b"</RepositorySpace>", "bytes"),
    "nothing": (b"", "can't be read"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="none"?><RepositorySpace/>', "can't be read"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_index_is_refused_with_its_reason(what):
    document, words = HOSTILE[what]
    with pytest.raises(IndexRefused, match=words):
        read_index(document, BASE)


@pytest.mark.parametrize(
    "file",
    ["../../etc/passwd", "/etc/passwd", "http://other.example/a.ova", "//other.example/a.ova", "",
     "ftp://mirror.example/a", "https://mirror.example:8443/a/b.ova", "https://u@mirror.example/a/b.ova",
     "a/%2e%2e/%2e%2e/b", "a\\b", "a b"],
)  # fmt: skip
def test_an_entry_that_leads_elsewhere_is_left_out_and_counted(file):
    found = read_index(index(entry(file), entry()), BASE)

    assert ([each.name for each in found.definitions], found.left_out) == (["Debian 12"], 1)


def test_it_takes_the_right_and_the_enterprise(world, anna, mirror):
    assert world.user.pk and world.rival_admin.pk
    url = f"{mirror.url}/a/ovfindex.xml"
    made = add(world, anna, url)

    assert add(world, ApiUser(world.user.nick), url).status_code == 403
    assert add(world, ApiUser(world.rival_admin.nick), url).status_code == 404
    assert ApiUser(world.rival_admin.nick).get(link(made, "edit")).status_code == 404
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "address", ["64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "fec0::1", "240.0.0.1"]
)
def test_addresses_that_stand_for_others_are_not_public(address):
    assert not is_public(ip_address(address))
