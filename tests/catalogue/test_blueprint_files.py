"""Blueprints as files: what is written is read again, what is hostile or wrong is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from catalogue.blueprints import document
from catalogue.blueprints.comparing import differences
from catalogue.blueprints.content import Content, GuestPart, MachinePart, Size, content_of
from core.errors import Invalid
from tests.catalogue.blueprint_contents import NAMES, WORDS, contents

GUIDE = Path(__file__).parents[2] / "docs" / "blueprints.md"
HEAD = "apiVersion: atrium/v1\nkind: Blueprint\nmetadata:\n  name: Shop\nspec:\n"
ONE = HEAD + "  machines:\n    - label: web\n      template: Tiny\n"
LAUGHS = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20))
law = settings(
    deadline=None, max_examples=150, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@law
@given(NAMES, WORDS, contents())
def test_what_was_written_is_read_again(name: str, words: str, content: Content):
    text = document.write(name=name, description=words, content=content)
    metadata, again = document.read(text)
    assert (metadata.name, metadata.description, again) == (name, words, content)
    assert content_of(content.as_data()) == content


@law
@given(contents(), contents())
def test_contents_differ_if_and_only_if_a_difference_is_told(one: Content, other: Content):
    assert differences(one, one) == []
    assert (differences(one, other) == []) == (in_any_order(one) == in_any_order(other))


def test_the_example_in_the_guide_is_a_blueprint():
    example = GUIDE.read_text().split("```yaml\n")[1].split("```")[0]
    metadata, content = document.read(example)
    assert (metadata.name, content.machine_count) == ("Web shop", 4)


REFUSED = {
    "billion laughs": (LAUGHS, "Line 1: anchors and aliases"),
    "python object": (ONE + "x: !!python/object/apply:os.system [id]\n", "Line 9: tags such as"),
    "own tag": (ONE + "x: !boom 1\n", "Line 9: tags such as !boom"),
    "ten megabytes": ("a: " + "x" * 10_000_000, "at most 256 KiB; this one has 9766 KiB"),
    "deep lists": ("[" * 5000, "Line 1: it is nested deeper than 12"),
    "deep mappings": ("".join(" " * n + "a:\n" for n in range(300)), "Line 13: it is nested deeper than 12"),
    "many values": ("[" + "1," * 30_000 + "]", "more than 20000 values"),
    "broken": ("a: [1\nb: 2", "this is no valid YAML"),
    "tab": ("a:\n\t- b", "Line 2: this is no valid YAML"),
    "no text": ("\x00\x01", "this is no valid YAML"),
    "half a character": ("a: \ud800", "this is no valid YAML"),
    "empty": ("", "The file is empty"),
    "two documents": (ONE + "---\n" + ONE, "this is no valid YAML"),
    "a list": ("- 1", "this is no blueprint"),
    "a number": ("7", "this is no blueprint"),
    "another kind": ("apiVersion: v1\nkind: Pod", "Line 2: this is no blueprint"),
    "newer": (ONE.replace("v1", "v9"), "Line 1: this server reads blueprints of atrium/v1, not of atrium/v9"),
    "said twice": (ONE + "kind: Blueprint\n", "Line 9: kind is said twice"),
    "odd name": (ONE + "? [a]\n: b\n", "Line 9: a name must be a text"),
    "no machines": (HEAD + "  machines: []\n", "Line 6: spec.machines: is empty"),
    "unknown part": (ONE + "  firewalls: []\n", "Line 9: spec.firewalls: is not known here"),
    "unknown field": (ONE + "      volumes: 3\n", "Line 9: spec.machines.0.volumes: is not known here"),
    "text for number": (ONE + "      count: many\n", "Line 9: spec.machines.0.count: must be a whole number"),
    "truth for number": (ONE + "      count: true\n", "Line 9: spec.machines.0.count: must be a whole"),
    "number for text": (ONE.replace("web", "7"), "Line 7: spec.machines.0.label: must be a text; put it in"),
    "too many": (ONE + "      count: 51\n", "Line 9: spec.machines.0.count: is at most 50"),
    "huge number": (ONE + "      count: " + "9" * 400 + "\n", "must be a whole number"),
    "list for mapping": (ONE + "      size: []\n", "Line 9: spec.machines.0.size: must be a mapping"),
    "mapping for list": (ONE + "      cards: {}\n", "Line 9: spec.machines.0.cards: must be a list"),
    "no template": (ONE.replace("      template: Tiny\n", ""), "Line 7: spec.machines.0.template: is needed"),
    "public range": (
        ONE + "  networks:\n    - {name: n, cidr: 8.8.8.0/24}\n",
        "Line 10: spec.networks.0.cidr: is no private range",
    ),
    "odd range": (ONE + "  networks:\n    - {name: n, cidr: 10.0.0.1/24}\n", "is no range of IPv4"),
    "gateway outside": (
        ONE + "  networks:\n    - {name: n, cidr: 10.0.0.0/24, gateway: 10.0.1.1}\n",
        "The gateway 10.0.1.1 is no host address of 10.0.0.0/24",
    ),
    "unknown network": (ONE + "      cards: [{network: n}]\n", "web has a card in n, which is no network"),
    "place outside": (
        ONE + "      cards: [{network: n, host: 300}]\n  networks: [{name: n, cidr: 10.0.0.0/24}]\n",
        "web can't have place 300 in 10.0.0.0/24",
    ),
    "place of the gateway": (
        ONE + "      cards: [{network: n, host: 1}]\n  networks: [{name: n, cidr: 10.0.0.0/24}]\n",
        "web can't have place 1",
    ),
    "one label twice": (ONE + "    - label: web\n      template: Tiny\n", "Two machines are called web"),
    "line in a name": (ONE.replace("label: web", 'label: "a\\nb"'), "has printable characters only"),
    "odd variable": (ONE + "      guest: {variables: {a-b: x}}\n", "is no name of a variable"),
    "number for a variable": (ONE + "      guest: {variables: {a: 1}}\n", "must be a text; put it in"),
    "text for truth": (ONE + "      guest: {static_addresses: 'no'}\n", "must be true or false"),
    "no uuid": (ONE.replace("Tiny", "{name: T, uuid: x}"), "is no UUID"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_hostile_or_wrong_is_refused_with_its_line(name):
    text, words = REFUSED[name]
    with pytest.raises(Invalid) as refused:
        document.read(text)
    told = [reason.message for reason in refused.value.reasons]
    assert any(words in message for message in told), told
    assert refused.value.code == "BLUEPRINT-YAML"


def test_all_that_is_wrong_is_told_at_once():
    text = ONE.replace("web", "7") + "      count: 0\n  networks: [{name: n, cidr: x}]\n"
    with pytest.raises(Invalid) as refused:
        document.read(text)
    assert sorted(reason.numbers["line"] for reason in refused.value.reasons) == [7, 9, 10]


def test_a_blueprint_never_makes_more_than_fifty_machines():
    with pytest.raises(Invalid, match="at most 50 machines; this one makes 60"):
        content_of({"machines": [{"label": n, "count": 30, "template": "T"} for n in ("a", "b")]})


def in_any_order(content: Content) -> tuple:
    """Machines and networks by name, an empty size or guest being the same as none."""
    machines = {
        each.label: each.model_copy(
            update={"size": shown(each), "guest": each.guest if each.guest != GuestPart() else None}
        )
        for each in content.machines
    }
    networks = {
        each.name: each.model_copy(update={"gateway": each.gateway_address}) for each in content.networks
    }
    return machines, networks


def shown(machine: MachinePart) -> Size | None:
    return machine.size if machine.size != Size() else None
