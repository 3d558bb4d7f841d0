"""Contents of blueprints, made up by hypothesis: whatever the schema allows."""

from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from catalogue.blueprints.content import Content, content_of

PRINTABLE = st.characters(categories=("L", "N", "P", "S"), codec="utf-8")
NAMES = st.text(PRINTABLE, min_size=1, max_size=20) | st.sampled_from(
    [
        "no",
        "12",
        "1e3",
        "08",
        "0x1f",
        "~",
        "null",
        "- a",
        "a: b",
        "1:30",
        "#x",
        "2001-01-01",
        "{a}",
        "é ü",
        "<<",
    ]
)
WORDS = st.text(PRINTABLE | st.sampled_from(" \n"), max_size=40)
SELECTORS = st.fixed_dictionaries({"name": NAMES}, optional={"uuid": st.uuids().map(str)})
SIZES = st.fixed_dictionaries(
    {},
    optional={
        "profile": SELECTORS,
        "vcpus": st.integers(1, 128),
        "memory_mib": st.integers(32, 4194304),
    },
)
DISKS = st.lists(st.builds(lambda size: {"size_mib": size}, st.integers(1, 1 << 26)), max_size=3)
GUESTS = st.fixed_dictionaries(
    {},
    optional={
        "fqdn": st.sampled_from(["", "web.example.org"]),
        "variables": st.dictionaries(st.sampled_from(["A", "b_2"]), WORDS.filter(str.isprintable)),
        "user_data": st.text(PRINTABLE | st.sampled_from(" \n\t"), max_size=60),
        "static_addresses": st.booleans(),
    },
)


@st.composite
def _networks(draw: st.DrawFn, name: str) -> dict[str, Any]:
    prefix = draw(st.integers(16, 30))
    base = int(IPv4Network("10.0.0.0/8").network_address)
    number = draw(st.integers(0, 2 ** (prefix - 8) - 1))
    cidr = IPv4Network((base + number * 2 ** (32 - prefix), prefix))
    gateway = cidr.network_address + draw(st.integers(1, cidr.num_addresses - 2))
    more = {
        "gateway": st.just(str(gateway)),
        "dns": st.lists(st.ip_addresses(v=4).map(str), max_size=2),
        "domain": st.sampled_from(["", "example.org", "a-b.c"]),
    }
    return {"name": name, "cidr": str(cidr)} | draw(st.fixed_dictionaries({}, optional=more))


@st.composite
def contents(draw: st.DrawFn) -> Content:
    """Labels are of letters, so that no counted one meets another's name."""
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    networks = [draw(_networks(name)) for name in names]
    labels = draw(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=4, unique=True))
    cards = st.lists(st.builds(lambda name: {"network": name}, st.sampled_from(names)), max_size=3)
    optional = {"size": SIZES, "disks": DISKS, "description": WORDS, "guest": GUESTS}
    machines = [
        {"label": label, "template": draw(SELECTORS), "count": draw(st.integers(1, 12))}
        | draw(st.fixed_dictionaries({}, optional=optional))
        | ({"cards": draw(cards)} if names else {})
        for label in labels
    ]
    return content_of({"networks": networks, "machines": machines})
