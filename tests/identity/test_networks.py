"""From where people may come: networks of user, role and scope, at sign-in and at every request."""

from ipaddress import ip_address, ip_network
from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from events.models import Event
from tenants.models import Role, Scope, User
from tenants.networks import NOT_FROM_HERE, checked_networks, network_refusal
from tenants.services import load_scope
from tests.api_user import ApiUser, codes
from tests.identity.browser import is_in, sign_in, signed_in

INSIDE, OUTSIDE = "192.0.2.7", "198.51.100.7"
NETWORK = ["192.0.2.0/24"]


def person(user=(), role=(), scope=()):
    """Whoever has these networks, with nothing in any database."""
    return SimpleNamespace(
        allowed_networks=list(user),
        role=SimpleNamespace(allowed_networks=list(role)),
        scope_id=1,
        scope=SimpleNamespace(allowed_networks=list(scope)),
    )


@pytest.mark.parametrize("holder", ["user", "role", "scope"])
def test_each_holder_that_names_networks_must_hold_the_address(holder):
    limited = person(**{holder: NETWORK})
    assert network_refusal(limited, INSIDE) is None
    assert network_refusal(limited, OUTSIDE).code == NOT_FROM_HERE
    assert network_refusal(limited, None).code == NOT_FROM_HERE


def test_all_holders_must_agree():
    assert network_refusal(person(NETWORK, NETWORK, ["198.51.100.0/24"]), INSIDE) is not None
    assert network_refusal(person(NETWORK, ["192.0.2.7/32"], ["0.0.0.0/0"]), INSIDE) is None


def test_who_names_no_network_may_come_from_anywhere():
    assert network_refusal(person(), None) is None


@pytest.mark.parametrize(
    ("network", "address", "inside"),
    [
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("192.0.2.0/24", "::ffff:192.0.2.9", True),
        ("192.0.2.0/24", "2001:db8::1", False),
    ],
)
def test_both_versions_of_addresses_are_understood(network, address, inside):
    assert (network_refusal(person([network]), address) is None) == inside


@given(st.ip_addresses(), st.integers(0, 128))
def test_an_address_lies_in_every_network_made_around_it(address, bits):
    network = ip_network(f"{address}/{min(bits, address.max_prefixlen)}", strict=False)
    assert network_refusal(person([str(network)]), str(ip_address(address))) is None


def test_networks_are_written_one_way():
    assert checked_networks(["192.0.2.9/24", " 192.0.2.0/24", "10.0.0.1"]) == ["192.0.2.0/24", "10.0.0.1/32"]


@pytest.mark.parametrize("text", ["", "somewhere", "192.0.2.0/33", "300.0.0.1", "::/129"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(Invalid):
        checked_networks([text])


@pytest.fixture(params=["user", "role", "scope"])
def limited(world, request):
    """anna, who may only come from NETWORK, by the holder named."""
    anna = world.admin
    if request.param == "user":
        User.objects.filter(pk=anna.pk).update(allowed_networks=NETWORK)
    elif request.param == "role":
        Role.objects.filter(pk=anna.role_id).update(allowed_networks=NETWORK)
    else:
        scope = load_scope("Narrow")
        Scope.objects.filter(pk=scope.pk).update(allowed_networks=NETWORK)
        User.objects.filter(pk=anna.pk).update(scope=scope)
    return User.objects.get(pk=anna.pk)


def test_the_sign_in_is_refused_with_words_and_recorded(limited):
    answer = sign_in(Client(REMOTE_ADDR=OUTSIDE), limited.nick)

    assert answer.status_code == 403
    assert OUTSIDE in answer.content.decode()
    failure = Event.objects.get(kind="user.sign_in_failed")
    assert (failure.data["why"], failure.source_address) == ("NETWORK", OUTSIDE)
    assert not User.objects.get(pk=limited.pk).browser_sessions.exists()


def test_every_request_is_asked_where_it_comes_from(limited):
    browser = signed_in(limited, REMOTE_ADDR=INSIDE)
    assert is_in(browser)

    for address in ("/account/profile/", "/machines/", "/api/login"):
        answer = browser.get(address, REMOTE_ADDR=OUTSIDE)
        assert answer.status_code == 403, address
    assert browser.get("/api/login", REMOTE_ADDR=OUTSIDE).json()["collection"][0]["code"] == NOT_FROM_HERE
    assert is_in(browser)


def test_a_limit_set_later_holds_for_sessions_that_go_on(world):
    browser = signed_in(world.admin, REMOTE_ADDR=OUTSIDE)
    User.objects.filter(pk=world.admin.pk).update(allowed_networks=NETWORK)
    assert browser.get("/account/profile/").status_code == 403


def test_who_is_refused_can_still_sign_out(limited):
    browser = signed_in(limited, REMOTE_ADDR=INSIDE)
    browser.post("/accounts/logout/", REMOTE_ADDR=OUTSIDE)
    assert not is_in(browser)


def test_the_api_asks_the_same(limited):
    anna = ApiUser(limited.nick)
    anna.client = Client(REMOTE_ADDR=OUTSIDE)
    refused = anna.get("/api/login")
    assert (refused.status_code, codes(refused)) == (403, [NOT_FROM_HERE])
    anna.client = Client(REMOTE_ADDR=INSIDE)
    assert anna.get("/api/login").status_code == 200


def test_a_header_counts_as_the_address_only_where_the_settings_say_so(limited, settings):
    browser = signed_in(limited, REMOTE_ADDR=INSIDE)
    assert browser.get("/account/profile/", headers={"X-Real-IP": OUTSIDE}).status_code == 200
    settings.ATRIUM_CLIENT_ADDRESS_HEADER = "X-Real-IP"
    assert browser.get("/account/profile/", headers={"X-Real-IP": OUTSIDE}).status_code == 403
