"""What selectors of a blueprint find in a virtual datacenter: pure decisions, with their reasons."""

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.blueprints.content import Content, content_of
from compute.blueprints.resolving import Resolution, free_name, resolve, summed
from compute.blueprints.target import Choices, NetworkOption, ProfileOption, Target, TemplateOption
from tests.catalogue.blueprint_contents import contents

UUID = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
OTHER = "6f9619ff-8b86-4011-b42d-00c04fc964fe"
TINY = TemplateOption(1, UUID, "Tiny", 1, True, 1, 128, (40,))
BIG = TemplateOption(2, OTHER, "Big", 2, False, 4, 4096, (20480, 1024), vcpus_min=2, memory_mib_min=1024)
SMALL = ProfileOption(5, OTHER, "Small", 2, 512)
FRONT = NetworkOption(7, "front", IPv4Network("192.168.10.0/24"), "192.168.10.1", True)
HERE = Target(templates=(TINY, BIG), profiles=(SMALL,), networks=(FRONT,))
law = settings(
    deadline=None, max_examples=100, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def one(**machine: Any) -> Content:
    """A blueprint of one kind of machine in the network ``front``."""
    part = {"label": "web", "template": "Tiny", "cards": [{"network": "front"}]} | machine
    return content_of({"networks": [{"name": "front", "cidr": "192.168.10.0/24"}], "machines": [part]})


def found(content: Content, target: Target = HERE, **answers: int) -> Resolution:
    return resolve(content, target, Choices(answers=answers), proposed_name="Shop")


def codes(reasons: Any) -> list[str]:
    return [reason.code for reason in reasons]


def test_a_template_is_found_by_its_uuid_before_its_name():
    renamed = one(template={"name": "Big", "uuid": UUID})
    assert found(renamed).machines[0].template_id == TINY.id
    elsewhere = one(template={"name": "tiny", "uuid": "00000000-0000-4000-8000-000000000000"})
    assert found(elsewhere).machines[0].template_id == TINY.id


def test_of_several_templates_of_one_name_our_own_is_taken_and_that_is_told():
    theirs = replace(BIG, id=9, name="Tiny", vcpus_min=None, memory_mib_min=None)
    result = found(one(), replace(HERE, templates=(theirs, TINY)))
    assert result.machines[0].template_id == TINY.id
    assert codes(result.warnings) == ["BLUEPRINT-TEMPLATES"]


@pytest.mark.parametrize(
    ("content", "answers", "expected"),
    [
        (one(template="Gone"), {}, ["SPEC-29"]),
        (one(template="Gone"), {"template_1": 1}, []),
        (one(), {"template_1": 99}, ["SPEC-8"]),
        (one(template="Big"), {}, []),
        (one(template="Big", size={"vcpus": 1, "memory_mib": 64}), {}, ["VM-146", "VM-147"]),
        (one(disks=[{"size_mib": 40}, {"size_mib": 50}]), {}, ["SPEC-23"]),
        (one(size={"profile": "Small"}), {"profile_1": 6}, ["SPEC-47"]),
        (one(), {"network_1": 8}, ["SPEC-32"]),
        (one(count=50), {}, []),
        (one(guest={"fqdn": "web.example.org", "variables": {"A": "b"}}), {}, []),
        (one(guest={"fqdn": "1web"}), {}, ["VM-159"]),
        (one(guest={"user_data": "#!/bin/sh"}), {}, ["GUEST-2"]),
        (one(guest={"user_data": "hello"}), {}, ["GUEST-1"]),
    ],
)
def test_what_is_wrong_has_a_code_of_the_dialect(content, answers, expected):
    assert codes(found(content, **answers).errors) == expected


def test_a_profile_that_is_not_there_is_taken_by_its_numbers_and_that_is_told():
    content = one(size={"profile": "Huge", "vcpus": 3, "memory_mib": 300})
    result = found(content)
    assert (result.machines[0].vcpus, result.machines[0].memory_mib) == (3, 300)
    assert codes(result.warnings) == ["SPEC-37"]
    chosen = found(content, profile_1=SMALL.id)
    assert (chosen.machines[0].vcpus, chosen.machines[0].profile_id, chosen.warnings) == (2, SMALL.id, ())


def test_disks_are_as_large_as_the_blueprint_says_and_that_they_are_larger_is_told():
    for wanted, made, told in ((41, 41, []), (40, 40, []), (39, 40, ["BLUEPRINT-DISKS"])):
        result = found(one(disks=[{"size_mib": wanted}]))
        assert (codes(result.warnings), result.machines[0].disks_mib) == (told, (made,))
        assert result.machines[0].disk_mib == made


def test_a_network_of_the_same_name_and_range_is_used_while_it_has_room():
    assert found(one()).networks[0].network_id == FRONT.id
    full = replace(FRONT, taken=frozenset(range(2, 255)))
    assert found(one(), replace(HERE, networks=(full,))).networks[0].is_new
    taken = replace(FRONT, taken=frozenset({10}))
    fixed = one(cards=[{"network": "front", "host": 10}])
    assert found(fixed, replace(HERE, networks=(taken,))).networks[0].name == "front 2"
    refused = found(fixed, replace(HERE, networks=(taken,)), network_1=FRONT.id)
    assert codes(refused.errors) == ["VLAN-25"]


def test_a_network_with_another_range_is_not_used_unless_somebody_says_so():
    other = replace(FRONT, range=IPv4Network("10.0.0.0/29"), gateway="10.0.0.1")
    there = replace(HERE, networks=(other,))
    assert (found(one(), there).networks[0].name, codes(found(one(), there).warnings)) == (
        "front 2",
        ["NAME-TAKEN"],
    )
    assert codes(found(one(count=6), there, network_1=FRONT.id).errors) == ["SPEC-26"]
    far = one(cards=[{"network": "front", "host": 100}])
    assert codes(found(far, there, network_1=FRONT.id).errors) == ["SPEC-32"]


def test_making_networks_takes_the_right_to_and_using_them_does_not():
    kept_out = replace(HERE, networks=(), makes_networks=False)
    assert codes(found(one(), kept_out).errors) == ["PRIVILEGE_MISSING"]
    assert found(one(), replace(HERE, makes_networks=False)).errors == ()


def test_machines_without_cards_need_a_default_network():
    assert found(one(cards=[])).errors == ()
    nowhere = replace(HERE, networks=(replace(FRONT, is_default=False),))
    assert codes(found(one(cards=[]), nowhere).errors) == ["VDC-6"]


def test_terms_are_accepted_once_for_all_machines_of_the_template():
    strict = replace(HERE, templates=(replace(TINY, terms="Be kind."),))
    assert codes(found(one(count=3), strict).errors) == ["VIMAGE-78"]
    accepted = resolve(one(), strict, Choices(terms_accepted=True), proposed_name="Shop")
    assert accepted.errors == () and accepted.terms == (("Tiny", "Be kind."),)


def test_where_it_is_not_offered_it_is_not_made():
    assert codes(found(one(), replace(HERE, offered=False)).errors) == ["SPEC-19"]


def test_a_name_that_is_taken_is_refused_when_chosen_and_changed_when_not():
    there = replace(HERE, appliance_names=frozenset({"Shop", "Shop 2"}))
    assert found(one(), there).name == "Shop 3"
    chosen = resolve(one(), there, Choices(name="Shop"), proposed_name="Shop")
    assert codes(chosen.errors) == ["NAME-TAKEN"]
    assert len(free_name("x" * 128, frozenset({"x" * 128}))) == 128


@law
@given(
    contents(), st.dictionaries(st.sampled_from(["template_1", "profile_1", "network_1"]), st.integers(0, 9))
)
def test_whatever_is_asked_there_is_an_order_for_each_machine_or_an_error(content: Content, answers: dict):
    result = found(content, **answers)
    assert result.errors or len(result.machines) == content.machine_count
    assert len(result.networks) == len(content.networks)
    assert len({order.name for order in result.new_networks} - {FRONT.name}) == len(result.new_networks)
    assert summed(result.machines)["machines"] == len(result.machines)
