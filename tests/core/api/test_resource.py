"""Declared resources: names by version, absent values, links, and what is read from bodies."""

import pytest

from core.api.document import Document
from core.api.errors import Problems
from core.api.fields import boolean, integer, text
from core.api.resource import Embedded, Family, Link, Resource
from core.api.versions import Spelling
from core.errors import Invalid

BASE = "http://server/api"
PART = Resource(name="part", collection="parts", path="/parts/{id}", fields=(integer("id"),))
THING = Resource(
    name="thing",
    collection="things",
    path="/owners/{owner_id}/things/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", required=True, least=1, most=5),
        integer(
            "cpu", source="vcpus", older="virtualCpuCores", also=("cores",), writes="vcpus", least=1, most=8
        ),
        text("note", writes="note"),
        boolean("active", writes="active"),
        text("legacy", constant="always"),
        text("both", needs=("id", "name"), show=lambda row: f"{row['id']}/{row['name']}"),
        text("secret", writes="secret", written_only=True),
    ),
    links=(
        Link("edit", ".", "thing", titled_by="name"),
        Link("parts", "./parts", "parts", "its parts"),
        Link("owner", "/owners/{owner_id}", "owner"),
        Link("host", "/hosts/{host_id}", "host", optional=True),
        Link("secretplace", "/places/{id}", "place", privilege="SEES_PLACES"),
    ),
    families=(Family("part", "numbered", "/parts/{id}", "part", titled_by="label"),),
    embedded=(Embedded("parts", PART, "parts", older="pieces"),),
)
ROW = {
    "id": 7, "name": "x", "vcpus": 2, "note": None, "active": True, "owner_id": 3, "host_id": None,
    "numbered": [{"id": 1, "label": "a"}, {"id": 5, "label": "b"}], "parts": [{"id": 1}],
}  # fmt: skip


class Actor:
    def __init__(self, *privileges: str):
        self.privileges = frozenset(privileges)


def test_only_declared_columns_are_read():
    assert THING.columns == ("id", "name", "vcpus", "note", "active", "owner_id", "host_id")


def test_absent_values_are_left_out_and_constants_always_sent():
    document = THING.represent(ROW, BASE)
    assert "note" not in document
    assert "secret" not in document
    assert (document["legacy"], document["both"]) == ("always", "7/x")


@pytest.mark.parametrize(
    ("spelling", "cpu", "parts"),
    [
        (Spelling.CURRENT, {"cpu"}, {"parts"}),
        (Spelling.OLDER, {"virtualCpuCores"}, {"pieces"}),
        (Spelling.BOTH, {"cpu", "virtualCpuCores"}, {"parts", "pieces"}),
    ],
)
def test_names_follow_the_version(spelling, cpu, parts):
    document = THING.represent(ROW, BASE, spelling)
    assert document.keys() & {"cpu", "virtualCpuCores"} == cpu
    assert document.keys() & {"parts", "pieces"} == parts


def test_links_are_absolute_typed_and_left_out_when_there_is_nothing_to_link():
    links = {link["rel"]: link for link in THING.seen_by(Actor()).represent(ROW, BASE)["links"]}
    assert links["edit"] == {
        "rel": "edit",
        "href": f"{BASE}/owners/3/things/7",
        "type": "application/vnd.abiquo.thing+json",
        "title": "x",
    }
    assert links["parts"]["href"] == f"{BASE}/owners/3/things/7/parts"
    assert (links["part0"]["href"], links["part1"]["title"]) == (f"{BASE}/parts/1", "b")
    assert not links.keys() & {"host", "secretplace"}


def test_a_link_behind_a_privilege_is_shown_to_who_holds_it():
    seen = THING.seen_by(Actor("SEES_PLACES", "OTHER")).represent(ROW, BASE)
    assert "secretplace" in {link["rel"] for link in seen["links"]}


def test_a_body_is_read_by_any_of_the_names_in_any_case():
    for name in ("cpu", "CPU", "virtualcpucores", "Cores"):
        assert THING.read(Document({name: "4"})) == {"vcpus": 4}


def test_of_several_names_the_one_that_was_changed_counts():
    fetched = {"cpu": 2, "virtualCpuCores": 2}
    for changed in ("cpu", "virtualCpuCores"):
        assert THING.read(Document(fetched | {changed: 3}), current=ROW)["vcpus"] == 3
    assert THING.read(Document(fetched), current=ROW)["vcpus"] == 2


def test_null_is_absent_and_an_empty_text_is_not():
    assert THING.read(Document({"note": None, "active": "false"})) == {"active": False}
    assert THING.read(Document({"note": ""})) == {"note": ""}


def test_what_is_missing_matters_only_when_creating():
    assert THING.read(Document({})) == {}
    with pytest.raises(Problems, match="name: is needed"):
        THING.read(Document({}), creating=True)


def test_every_problem_is_collected():
    with pytest.raises(Problems) as caught:
        THING.read(Document({"name": "too long", "cpu": 9, "active": "perhaps"}))
    assert [problem.message.split(":")[0] for problem in caught.value.problems] == ["name", "cpu", "active"]


@pytest.mark.parametrize(
    "href",
    [
        "http://server/api/owners/3/things/7",
        "https://elsewhere:8443/api/owners/3/things/7/",
        "/api/owners/3/things/7",
        "http://proxy/under/a/path/api/owners/3/things/7?x=1",
    ],
)
def test_of_a_reference_only_the_path_counts(href):
    document = Document({"links": [{"rel": "thing", "href": href}]})
    assert document.reference("thing", "/owners/{owner}/things/{thing}") == {"owner": 3, "thing": 7}


@pytest.mark.parametrize(
    "href", ["http://server/api/owners/3", "nonsense", "", "/api/owners/3/things/7/more"]
)
def test_a_reference_to_something_else_is_refused(href):
    document = Document({"links": [{"rel": "thing", "href": href}]})
    with pytest.raises(Invalid) as caught:
        document.reference("thing", "/owners/{owner}/things/{thing}")
    assert caught.value.code == "GEN-6"


@pytest.mark.parametrize(
    "body", [b"", b"null", b"  ", b"{}", b'{"links": null}', b'{"links": ["x", {"rel": 1}]}']
)
def test_empty_and_odd_bodies_are_empty_documents(body):
    document = Document.parse(body)
    assert document.reference("thing", "/things/{id}") is None
    assert document.get("name") is None
