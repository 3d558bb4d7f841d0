"""Signing in with the password of a real directory, by the form and by HTTP Basic."""

import pytest
from django.test import Client

from events.models import Event
from identity.federation.ldap.directory import DirectoryUnavailable, person_with_password
from tenants.models import ExternalRole, User
from tests.identity.federation.federated import nobody_came_of_it, refusals, signed_in_as
from tests.peers.directory import PASSWORD

pytestmark = pytest.mark.server


def sign_in(nick: str, password: str = PASSWORD) -> Client:
    browser = Client()
    browser.post("/accounts/login/", {"login": nick, "password": password})
    return browser


def test_a_person_of_the_directory_gets_an_account_in_their_enterprise_with_the_role_of_their_group(
    federated, ldap_directory
):
    federated.ldap(ldap_directory["url"])

    browser = sign_in("lena")

    assert signed_in_as(browser) == "lena"
    lena = User.objects.get(nick="lena")
    assert (lena.enterprise, lena.role.name, lena.auth_type) == (federated.acme, "ENTERPRISE_ADMIN", "LDAP")
    assert (lena.full_name, lena.email, lena.scope) == ("Lena Luchs", "lena@acme.example", None)
    assert not lena.has_usable_password()
    assert browser.get("/").status_code == 200


def test_every_sign_in_gives_the_role_of_the_present_groups_and_records_the_change(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])
    sign_in("leo")
    ExternalRole.objects.filter(name="everybody").update(role=federated.world.roles["USER"])

    sign_in("leo")

    assert User.objects.get(nick="leo").role.name == "USER"
    changed = Event.objects.get(kind="user.changed", subject_name="leo")
    assert changed.changes["role"] == ["ENTERPRISE_VIEWER", "USER"]


def test_the_api_takes_the_directorys_password(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])
    client = Client(headers={"Accept": "application/json"})

    import base64

    pair = base64.b64encode(f"leo:{PASSWORD}".encode()).decode()
    answer = client.get("/api/login", headers={"Authorization": f"Basic {pair}"})

    assert answer.status_code == 200
    assert answer.json()["nick"] == "leo"


@pytest.mark.parametrize(
    ("nick", "password"),
    [
        ("lena", "wrong"),
        ("lena", ""),
        ("lena", "\0"),
        ("nobody", PASSWORD),
        ("*", PASSWORD),
        ("len*", PASSWORD),
        ("lena)(uid=*", PASSWORD),
        ("lena)(|(uid=*))", PASSWORD),
        ("uid=lena,ou=people,dc=example,dc=com", PASSWORD),
        ("lena\0", PASSWORD),
        ("%(dn)s", PASSWORD),
    ],
)
def test_wrong_empty_and_crafted_credentials_get_nobody_in(federated, ldap_directory, nick, password):
    provider = federated.ldap(ldap_directory["url"])

    assert nobody_came_of_it(sign_in(nick, password), "lena", "leo", nick)
    if "\0" not in nick + password:
        assert person_with_password(provider, nick, password) is None


def test_an_empty_password_is_refused_although_the_directory_itself_would_take_it(ldap_directory):
    import ldap

    careless = ldap.initialize(ldap_directory["url"])
    careless.simple_bind_s("uid=lena,ou=people,dc=example,dc=com", "")

    assert careless.whoami_s() == ""


@pytest.mark.parametrize(
    ("address", "changes", "works"),
    [
        ("secure_url", {"certificate_authority": True}, True),
        ("secure_url", {}, False),
        ("secure_url", {"verify_certificate": False}, True),
        ("secure_url_by_address", {"certificate_authority": True}, False),
        ("named_url", {"start_tls": True, "certificate_authority": True}, True),
        ("named_url", {"start_tls": True}, False),
    ],
)
def test_a_certificate_is_verified_unless_somebody_switched_that_off(
    federated, ldap_directory, address, changes, works
):
    if "certificate_authority" in changes:
        changes = changes | {"certificate_authority": ldap_directory["authority"]}
    provider = federated.ldap(ldap_directory[address], changes)

    if works:
        assert person_with_password(provider, "lena", PASSWORD).nick == "lena"
    else:
        with pytest.raises(DirectoryUnavailable):
            person_with_password(provider, "lena", PASSWORD)
        assert nobody_came_of_it(sign_in("lena"), "lena")


def test_a_directory_that_is_away_keeps_nobody_with_a_local_password_out(federated):
    federated.ldap("ldap://127.0.0.1:1")

    assert signed_in_as(sign_in("lena")) == ""
    assert signed_in_as(sign_in(federated.world.user.nick, "correct horse battery staple")) == "ulf"


def test_a_local_users_password_is_never_shown_to_a_directory(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])
    User.objects.filter(pk=federated.world.user.pk).update(nick="lena")

    assert signed_in_as(sign_in("lena")) == ""
    assert User.objects.get(nick="lena").auth_type == "ABIQUO"


def test_somebody_whose_enterprise_does_not_exist_is_refused_and_that_is_recorded(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])

    assert nobody_came_of_it(sign_in("lost"), "lost")
    assert refusals() == ["NO_ENTERPRISE"]


def test_a_user_who_was_switched_off_stays_out(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])
    sign_in("lena")
    User.objects.filter(nick="lena").update(is_active=False)

    assert signed_in_as(sign_in("lena")) == ""
    assert refusals() == ["USER_INACTIVE"]


def test_a_directory_that_is_switched_off_is_not_asked(federated, ldap_directory):
    federated.ldap(ldap_directory["url"], is_enabled=False)

    assert nobody_came_of_it(sign_in("lena"), "lena")


def test_guessing_at_a_directory_is_stopped(federated, ldap_directory):
    federated.ldap(ldap_directory["url"])
    for _guess in range(10):
        sign_in("lena", "guess")

    assert signed_in_as(sign_in("lena")) == ""
