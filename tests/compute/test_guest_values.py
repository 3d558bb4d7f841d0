"""What may be told to a guest, and how it is written down for it: hostile values and limits."""

import json
import subprocess
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import product
from uuid import uuid4

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compute.guests.documents import Address, GuestFacts, files_of
from compute.guests.naming import checked_fqdn, numbered
from compute.guests.passwords import CLASSES, UnusableTemplate, hashed, password_template
from compute.guests.user_data import MOST_BYTES, UnusableUserData, checked_user_data
from core.errors import Invalid

USUAL = "lower=2-6,upper=2-6,numbers=2-6,symbols=2-6"
FACTS = GuestFacts(machine_id=uuid4(), name="web", fqdn="web.example.org", os_type="DEBIAN_64")
ONE_LINE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#cloud-config\na: [", "Line 3, column 1"),
        ("#cloud-config\na: b\n- c\n", "Line 3"),
        ("#cloud-config\n- a\n", "names with values"),
        ("#cloud-config\na: !!python/object:os.system x\n", "could not determine a constructor"),
        ("#cloud-config\n" + "[" * 5000, "no YAML"),
        ("#cloud-config\n" + "a: " + "x" * MOST_BYTES, "bytes"),
        ("#!/bin/sh\n\x00\x01", "Line 2 holds the control character"),
        ("#!/bin/sh\n\udcff", "no text"),
        ("\x7fELF", "binary"),
        ("echo hello", "first line"),
        ("#cloud-config-archive\na: 1\n", "list of parts"),
    ],
)
def test_user_data_a_guest_could_not_use_is_refused_with_the_reason(text, said):
    with pytest.raises(UnusableUserData) as refusal:
        checked_user_data(text)

    assert refusal.value.code == "GUEST-1"
    assert said in refusal.value.problem


@pytest.mark.parametrize(
    ("text", "kind", "warnings"),
    [
        ("#cloud-config\nhostname: web\n", "cloud-config", 0),
        ("#cloud-config\n", "cloud-config", 1),
        ("#cloud-config\nrun_cmd: []\npasword: x\n", "cloud-config", 2),
        ("#cloud-config\nusers: []\n", "cloud-config", 1),
        ("#!/bin/sh\n" + "é" * 1000, "script", 0),
        ("## template: jinja\n#cloud-config\n", "jinja", 1),
        ("#include\nhttps://example.org/more\n", "include", 1),
    ],
)
def test_user_data_is_known_by_its_first_line_and_odd_things_are_told(text, kind, warnings):
    found = checked_user_data(text)

    assert (found.kind, len(found.warnings), found.size_bytes) == (kind, warnings, len(text.encode()))


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_taken_or_refused_in_words(text):
    for beginning in ("", "#cloud-config\n"):
        try:
            checked_user_data(beginning + text)
        except UnusableUserData as refusal:
            assert refusal.problem


@pytest.mark.parametrize(
    "name",
    ["a b", "web\nroot", "-a", "a-", "a..b", "a" * 64, ".".join(["a" * 60] * 5), "web_1", "ü", "1a",
     "web'; rm", "{{ x }}", "a/b"],
)  # fmt: skip
def test_what_is_no_host_name_is_refused(name):
    with pytest.raises(Invalid) as refusal:
        checked_fqdn(name)
    assert refusal.value.code == "VM-159"


def test_host_names_are_lower_case_bounded_for_windows_and_numbered():
    assert checked_fqdn(" Web.Example.org.\n") == "web.example.org"
    assert numbered("web.example.org", 2) == "web-2.example.org"
    assert checked_fqdn("a" * 16 + ".example.org")
    with pytest.raises(Invalid) as refusal:
        checked_fqdn("a" * 16 + ".example.org", os_type="WINDOWS_10_64")
    assert refusal.value.code == "VM-165"


@given(ONE_LINE)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_variable_reads_in_a_shell_as_it_was_written_and_is_one_line(value):
    line = files_of(replace(FACTS, variables={"NAME": value}))["vm-variables.rc"]

    name, _sign, quoted = line.rstrip("\n").partition("=")
    assert (name, line.count("\n")) == ("'NAME'", 1)
    read = subprocess.run(
        ["/bin/sh", "-c", f"printf %s {quoted}"], capture_output=True, timeout=30, check=True
    )
    assert read.stdout.decode() == value


def test_a_password_stands_on_the_drive_as_a_hash_and_only_for_windows_in_clear():
    password = password_template(USUAL).make()
    told = replace(FACTS, password=password, password_hash=hashed(password, uuid4()))

    linux = files_of(told)
    windows = files_of(replace(told, os_type="WINDOWS_10_64"))

    assert password not in "".join(linux.values())
    assert json.loads(windows["meta_data.json"])["admin_pass"] == password
    assert "vendor_data.json" not in windows


@pytest.mark.parametrize(("keys", "asks"), [((), True), ((("me", "ssh-ed25519 AAAA me"),), None)])
def test_ssh_asks_for_passwords_only_where_there_is_no_key(keys, asks):
    told = replace(FACTS, password="x", password_hash="$6$x", keys=keys, login_user="debian")

    vendor = yaml.safe_load(json.loads(files_of(told)["vendor_data.json"])["cloud-init"])

    assert vendor.get("ssh_pwauth") is asks
    assert vendor["chpasswd"] == {"expire": False, "list": "debian:$6$x\n"}


def test_a_card_without_an_address_asks_by_dhcp_and_only_the_first_leads_out():
    network = IPv4Network("10.0.0.0/24")
    given_one = Address("52:54:00:00:00:01", "10.0.0.5", network, "10.0.0.1", ("10.0.0.1",), "example.org")
    cards = (
        given_one,
        Address("52:54:00:00:00:02"),
        replace(given_one, mac="52:54:00:00:00:03", ip="10.0.0.6"),
    )

    told = json.loads(files_of(replace(FACTS, addresses=cards))["network_data.json"])

    assert [each["type"] for each in told["networks"]] == ["ipv4", "ipv4_dhcp", "ipv4"]
    assert [len(each.get("routes", ())) for each in told["networks"]] == [1, 0, 0]
    assert "network_data.json" not in files_of(FACTS)


NETWORK = IPv4Network("10.0.0.0/24")
KINDS = {
    "asks": Address("52:54:00:00:00:01"),
    "leads out": Address("52:54:00:00:00:02", "10.0.0.5", NETWORK, "10.0.0.1", ("10.0.0.1",), "example.org"),
    "leads nowhere": Address("52:54:00:00:00:03", "10.0.0.6", NETWORK),
}


@pytest.mark.parametrize("kinds", [each for count in (1, 2, 3) for each in product(KINDS, repeat=count)])
def test_every_card_is_told_what_is_its_own_and_one_at_most_leads_out(kinds):
    told = json.loads(
        files_of(replace(FACTS, addresses=tuple(KINDS[kind] for kind in kinds)))["network_data.json"]
    )

    assert [each["link"] for each in told["networks"]] == [each["id"] for each in told["links"]]
    assert len({each["id"] for each in told["links"]}) == len(kinds)
    asks = [each["type"] == "ipv4_dhcp" for each in told["networks"]]
    assert asks == [kind == "asks" for kind in kinds]
    routed = [place for place, each in enumerate(told["networks"]) if each.get("routes")]
    leads_out = next((place for place, kind in enumerate(kinds) if kind != "leads nowhere"), None)
    expected = [leads_out] if leads_out is not None and kinds[leads_out] == "leads out" else []
    assert routed == expected
    assert len(told["services"]) == ("leads out" in kinds)


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_a_password_has_as_many_of_each_kind_as_its_template_says(data):
    bounds = {name: sorted(data.draw(st.tuples(st.integers(2, 9), st.integers(2, 9)))) for name in CLASSES}
    exclude = "".join(data.draw(st.sets(st.sampled_from("abcXYZ012!#$"))))
    text = ",".join(f"{name}={low}-{high}" for name, (low, high) in bounds.items())

    password = password_template(text, exclude).make()

    for name, (low, high) in bounds.items():
        assert low <= sum(each in CLASSES[name] for each in password) <= high
    assert not set(password) & set(exclude)


@pytest.mark.parametrize(
    ("counts", "exclude"),
    [("lower=1", ""), ("lower=8-2", ""), ("lower=2,lower=9", ""), ("vowels=9", ""), ("lower=99", ""),
     ("", ""), ("numbers=9", "0123456789")],
)  # fmt: skip
def test_a_template_that_makes_no_passwords_is_refused(counts, exclude):
    with pytest.raises(UnusableTemplate):
        password_template(counts, exclude)
