"""Letting people in over the database: enterprises by name and property, roles by their names, and races."""

import threading
from dataclasses import replace

import pytest
from django.db import connection, connections

from events.models import Event
from identity.federation.models import ExternalIdentity
from identity.federation.person import Person
from identity.federation.services import SignInRefused, admit
from tenants.models import Enterprise, ExternalRole, User
from tenants.services import load_scope
from tests.identity.federation.federated import refusals

LENA = Person("s-1", "lena", "lena@acme.example", "Lena", "Luchs", "Acme", ("administrators",))
ISSUER = "https://login.acme.example"


def test_a_user_made_so_is_recorded_with_what_was_told(federated):
    user = admit(provider=federated.openid(ISSUER), person=LENA)

    event = Event.objects.get(kind="user.created", subject_name="lena")
    assert (event.actor_id, event.enterprise_id) == (user.pk, federated.acme.pk)
    assert event.changes["role"] == [None, "ENTERPRISE_ADMIN"]
    assert event.changes["email"] == ["", "lena@acme.example"]


def test_nothing_is_recorded_when_nothing_has_changed(federated):
    provider = federated.openid(ISSUER)
    admit(provider=provider, person=LENA)
    before = Event.objects.count()

    admit(provider=provider, person=LENA)

    assert Event.objects.count() == before


def test_what_the_provider_no_longer_tells_stays_and_a_bad_address_is_not_taken(federated):
    provider = federated.openid(ISSUER)
    admit(provider=provider, person=LENA)

    user = admit(provider=provider, person=replace(LENA, surname="", email="no address"))

    assert (user.surname, user.email) == ("Luchs", "lena@acme.example")


@pytest.mark.parametrize(
    ("rule", "claimed", "found"),
    [
        ({"enterprise_rule": "name"}, "Acme", "Acme"),
        ({"enterprise_rule": "name"}, "acme", None),
        ({"enterprise_rule": "name"}, "", None),
        ({"enterprise_rule": "property", "enterprise_property": "tax__id"}, "DE-1", "Acme"),
        ({"enterprise_rule": "property", "enterprise_property": "tax__id"}, "de-1", None),
        ({"enterprise_rule": "property", "enterprise_property": "tax__id"}, "DE-2", None),
        ({"enterprise_rule": "property", "enterprise_property": "shared"}, "both", None),
        ({"enterprise_rule": "property", "enterprise_property": "x' OR 1=1 --"}, "DE-1", None),
    ],
)
def test_the_enterprise_is_found_exactly_or_not_at_all(federated, rule, claimed, found):
    Enterprise.objects.filter(pk=federated.acme.pk).update(properties={"tax__id": "DE-1", "shared": "both"})
    Enterprise.objects.filter(pk=federated.world.rival.pk).update(properties={"shared": "both"})
    provider = federated.openid(ISSUER, **rule)

    if found is None:
        with pytest.raises(SignInRefused):
            admit(provider=provider, person=replace(LENA, enterprise=claimed))
        assert refusals() == ["NO_ENTERPRISE"]
    else:
        assert admit(provider=provider, person=replace(LENA, enterprise=claimed)).enterprise.name == found


def test_with_a_fixed_enterprise_the_claim_does_not_matter(federated):
    provider = federated.openid(ISSUER, enterprise_rule="fixed", enterprise=federated.acme)

    assert admit(provider=provider, person=replace(LENA, enterprise="Provider")).enterprise == federated.acme


def test_a_role_is_named_letter_by_letter(federated):
    with pytest.raises(SignInRefused):
        admit(provider=federated.openid(ISSUER), person=replace(LENA, roles=("ADMINISTRATORS",)))


def test_names_that_differ_in_capitals_are_different_people_to_a_provider(federated):
    provider = federated.openid(ISSUER)
    admit(provider=provider, person=replace(LENA, subject="abc"))

    with pytest.raises(SignInRefused):
        admit(provider=provider, person=replace(LENA, subject="ABC"))
    assert refusals() == ["NICK_TAKEN"]


def test_the_same_person_is_not_known_to_another_provider(federated):
    admit(provider=federated.openid(ISSUER), person=LENA)
    other = federated.openid("https://other.example", name="Other")

    with pytest.raises(SignInRefused):
        admit(provider=other, person=LENA)
    assert refusals() == ["NICK_TAKEN"]


def test_a_user_prepared_for_the_provider_is_adopted(federated):
    user = federated.world.user
    User.objects.filter(pk=user.pk).update(auth_type="OPENID")

    admitted = admit(provider=federated.openid(ISSUER), person=replace(LENA, nick=user.nick))

    assert (admitted.pk, admitted.role.name) == (user.pk, "ENTERPRISE_ADMIN")
    assert ExternalIdentity.objects.get().user_id == user.pk


def test_the_last_cloud_administrator_is_not_made_something_else(federated):
    provider = federated.openid(ISSUER)
    lena = admit(provider=provider, person=LENA)
    roles, scope = federated.world.roles, load_scope("Unlimited", unlimited=True)
    User.objects.filter(pk=federated.world.cloud_admin.pk).update(is_active=False)
    User.objects.filter(pk=lena.pk).update(role=roles["CLOUD_ADMIN"], scope=scope)

    with pytest.raises(SignInRefused, match="last cloud administrator"):
        admit(provider=provider, person=LENA)
    assert User.objects.get(pk=lena.pk).role.name == "CLOUD_ADMIN"


def test_cloud_administrators_come_from_trusted_providers_only(federated):
    ExternalRole.objects.create(name="root", role=federated.world.roles["CLOUD_ADMIN"])
    person = replace(LENA, roles=("root",))
    with pytest.raises(SignInRefused):
        admit(provider=federated.openid(ISSUER), person=person)

    trusted = federated.openid("https://own.example", name="Own", trusted=True)

    user = admit(provider=trusted, person=person)
    assert (user.role.name, user.is_staff) == ("CLOUD_ADMIN", False)


def test_a_person_who_comes_in_twice_at_once_is_one_user(federated):
    if connection.vendor == "sqlite":
        pytest.skip("the in-memory database has one connection")
    provider = federated.openid(ISSUER)
    both = threading.Barrier(2)
    failures = []

    def come_in() -> None:
        both.wait()
        try:
            admit(provider=provider, person=LENA)
        except Exception as error:  # noqa: BLE001  whatever it is fails the test below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come_in) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert User.objects.filter(nick="lena").count() == ExternalIdentity.objects.count() == 1
