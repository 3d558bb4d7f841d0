"""Properties by which newcomers are led to their enterprise: who sets them, and that no two are alike."""

from functools import partial

import pytest

from identity.federation.person import Person
from identity.federation.services import SignInRefused, admit
from tenants.models import Enterprise
from tenants.services import create_enterprise, set_properties
from tests.api_user import ApiUser, codes
from tests.at_once import all_at_once
from tests.resellers import reselling
from tests.tenants.refusing import refusal

ISSUER = "https://login.example"
NEWCOMER = Person(
    subject="s-1", nick="nina", email="nina@acme.example", enterprise="DE-1", roles=("everybody",)
)


@pytest.fixture
def found_by_tax(federated):
    """A provider that finds enterprises by their tax number."""
    rule = {"enterprise_rule": "property", "enterprise_property": "tax number"}
    return federated.openid(ISSUER, is_enabled=False, **rule)


@pytest.fixture
def root(federated):
    return federated.world.cloud_admin


def test_only_who_administers_all_enterprises_sets_them(federated, found_by_tax, root):
    sold = reselling(federated.world)
    mine = {"actor": sold.resi, "enterprise": sold.reseller}
    assert refusal(set_properties, **mine, properties={"tax number": "DE-1"}) == "PROPERTY_FINDS_ENTERPRISE"

    set_properties(actor=root, enterprise=sold.reseller, properties={"tax number": "DE-7"})

    assert refusal(set_properties, **mine, properties={}) == "PROPERTY_FINDS_ENTERPRISE"
    assert refusal(set_properties, **mine, properties={"tax number": "DE-7", "colour": "red"}) == ""
    sold.reseller.refresh_from_db()
    assert sold.reseller.properties == {"tax number": "DE-7", "colour": "red"}


def test_other_properties_are_free_and_may_be_alike(federated, found_by_tax, root):
    for enterprise in (federated.acme, federated.world.rival):
        assert refusal(set_properties, actor=root, enterprise=enterprise, properties={"colour": "red"}) == ""


@pytest.mark.parametrize("alike", ["DE-1", "de-1"])
def test_no_two_enterprises_have_the_same(federated, found_by_tax, root, alike):
    acme, rival = federated.acme, federated.world.rival
    set_properties(actor=root, enterprise=acme, properties={"tax number": "DE-1"})

    assert (
        refusal(set_properties, actor=root, enterprise=rival, properties={"tax number": alike}) == "ENPROP-2"
    )

    assert refusal(set_properties, actor=root, enterprise=acme, properties={"tax number": alike}) == ""
    assert refusal(set_properties, actor=root, enterprise=rival, properties={"tax number": "DE-2"}) == ""


def test_of_many_who_take_the_same_at_once_one_gets_it(federated, found_by_tax, root):
    several = [create_enterprise(actor=None, name=f"Number {number}") for number in range(4)]

    same = {"actor": root, "properties": {"tax number": "DE-1"}}
    outcomes = all_at_once([partial(set_properties, enterprise=each, **same) for each in several])

    assert outcomes == {"done": 1, "ENPROP-2": 3}
    assert Enterprise.objects.filter(properties__has_key="tax number").count() == 1


def test_those_that_were_alike_before_lead_nobody_anywhere(federated, root):
    for enterprise in (federated.acme, federated.world.rival):
        set_properties(actor=root, enterprise=enterprise, properties={"tax number": "DE-1"})
    rule = {"enterprise_rule": "property", "enterprise_property": "tax number"}
    provider = federated.openid(ISSUER, **rule)

    with pytest.raises(SignInRefused):
        admit(provider=provider, person=NEWCOMER)

    set_properties(actor=root, enterprise=federated.world.rival, properties={})
    assert admit(provider=provider, person=NEWCOMER).enterprise == federated.acme


def test_the_refusal_says_what_is_the_matter_by_rest(federated, found_by_tax, settings):
    settings.ATRIUM_PUBLIC_URL = ""
    sold = reselling(federated.world)
    address = f"/api/admin/enterprises/{sold.reseller.pk}/properties"

    answer = ApiUser("resi").put(address, {"properties": {"tax number": "DE-1"}})

    assert (answer.status_code, codes(answer)) == (403, ["PROPERTY_FINDS_ENTERPRISE"])
    assert "tax number" in answer.json()["collection"][0]["message"]
