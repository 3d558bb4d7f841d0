"""Media types, versions and spellings, as a table of what clients send and what they get."""

import pytest

from core.api.errors import NotAcceptable, UnsupportedMediaType
from core.api.negotiation import body_type, choose_representation

OFFERED = ("datacenters", "datacenters_rs")
HERE = frozenset({"datacenter"})
VENDOR = "application/vnd.abiquo."


@pytest.mark.parametrize(
    ("accept", "name", "version"),
    [
        (None, "datacenters", None),
        ("", "datacenters", None),
        ("*/*", "datacenters", None),
        ("application/json", "datacenters", None),
        ("text/json", "datacenters", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "datacenters", None),
        (f"{VENDOR}datacenters_rs+json", "datacenters_rs", None),
        (f"{VENDOR}datacenters+json;version=3.2", "datacenters", "3.2"),
        (f"{VENDOR}datacenters+json; version=3.10", "datacenters", "3.10"),
        (f"{VENDOR}datacenters+json; version=3.1;", "datacenters", "3.1"),
        (f"{VENDOR}DataCenters+JSON; VERSION=3.10", "datacenters", "3.10"),
        (f'{VENDOR}datacenters+json; version="3.10"', "datacenters", "3.10"),
        (f"{VENDOR}datacenters+json; version=3.10.7", "datacenters", "3.10"),
        (f"{VENDOR}datacenters+json; version=5", "datacenters", "5.0"),
        (f"{VENDOR}datacenter+json", "datacenters", None),
        (f"{VENDOR}racks+json, {VENDOR}datacenters_rs+json", "datacenters_rs", None),
        (f"{VENDOR}datacenters+json;q=0.2, {VENDOR}datacenters_rs+json", "datacenters_rs", None),
        (f"{VENDOR}datacenters+json; version=99.0, application/json;q=0.1", "datacenters", None),
    ],
)
def test_an_accept_header_chooses_a_representation(accept, name, version):
    choice = choose_representation(accept, OFFERED, HERE)
    assert (choice.name, str(choice.version) if choice.version else None) == (name, version)


@pytest.mark.parametrize(
    "accept",
    [
        f"{VENDOR}racks+json",
        f"{VENDOR}datacenters+json; version=99.0",
        f"{VENDOR}datacenters+json; version=3.11",
        f"{VENDOR}datacenters+json; version=5.3",
        f"{VENDOR}datacenters+json; version=new",
        f"{VENDOR}datacenters+xml",
        "application/xml",
        "text/plain",
        "image/png",
        "application/json;q=0",
    ],
)
def test_an_accept_header_nothing_fits_is_refused(accept):
    with pytest.raises(NotAcceptable) as caught:
        choose_representation(accept, OFFERED, frozenset())
    assert (caught.value.status, caught.value.code) == (406, "406-NOT-ACCEPTABLE")


def test_the_answers_type_carries_the_version_asked_for_or_the_present_one():
    named = choose_representation(f"{VENDOR}datacenters+json;version=3.2", OFFERED, HERE)
    assert named.content_type == f"{VENDOR}datacenters+json; version=3.2"
    assert choose_representation(None, OFFERED, HERE).content_type == f"{VENDOR}datacenters+json; version=5.2"


@pytest.mark.parametrize(
    ("content_type", "name"),
    [
        (None, ""),
        ("", ""),
        ("*/*", ""),
        ("application/json", ""),
        ("application/json; charset=utf-8", ""),
        ("text/json", ""),
        ("application/x-www-form-urlencoded", ""),
        (f"{VENDOR}rack+json", "rack"),
        (f"{VENDOR}rack+json; version=3.1;", "rack"),
        (f"{VENDOR}racks+json", "racks"),
    ],
)
def test_a_body_may_come_in_every_spelling_clients_use(content_type, name):
    assert body_type(content_type, ("rack",), frozenset({"racks"})) == name


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        (f"{VENDOR}machine+json", "415-UNSUPPORTED-MEDIA-TYPE"),
        (f"{VENDOR}rack+xml", "415-UNSUPPORTED-MEDIA-TYPE"),
        ("image/png", "415-UNSUPPORTED-MEDIA-TYPE"),
        ("text/plain", "415-UNSUPPORTED-MEDIA-TYPE"),
        (f"{VENDOR}rack+json; version=99.0", "415-UNSUPPORTED-MEDIA-TYPE-VERSION"),
    ],
)
def test_a_body_of_another_type_is_refused(content_type, code):
    with pytest.raises(UnsupportedMediaType) as caught:
        body_type(content_type, ("rack",), frozenset())
    assert (caught.value.status, caught.value.code) == (415, code)
