"""Sign-in providers as rows: who may change them, what is refused, and where their secret is not."""

import json

import pytest

from core.errors import Conflict, Invalid, PermissionRefused
from events.models import Event
from identity.federation.models import SignInProvider
from identity.federation.services import delete_sign_in_provider, update_sign_in_provider
from tests.browsing import browser_of
from tests.identity.federation.federated import SECRET

ISSUER = "https://login.acme.example"
CERTIFICATE = "A" * 200


@pytest.mark.parametrize("who", ["admin", "user", "viewer"])
def test_nobody_but_those_who_run_the_installation_changes_or_sees_providers(federated, who):
    provider = federated.openid(ISSUER)
    actor = getattr(federated.world, who)

    with pytest.raises(PermissionRefused):
        update_sign_in_provider(actor=actor, provider=provider, is_enabled=False)
    assert not SignInProvider.objects.visible_to(actor).exists()
    assert SignInProvider.objects.visible_to(federated.world.cloud_admin).exists()


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("LDAP", {"url": "ldap://directory.example", "base_dn": "dc=a"}),
        ("LDAP", {"url": "https://directory.example", "base_dn": "dc=a"}),
        ("LDAP", {"url": "ldaps://directory.example"}),
        ("LDAP", {"url": "ldaps://d.example", "base_dn": "dc=a", "user_filter": "(uid=lena)"}),
        ("LDAP", {"url": "ldaps://d.example", "base_dn": "dc=a", "user_filter": "(uid=%(nick)s)(x=%)"}),
        ("LDAP", {"url": "ldaps://d.example", "base_dn": "dc=a", "user_filter": "(uid=%(nick)s%(dn)s)"}),
        ("LDAP", {"url": "ldaps://d.example", "base_dn": "dc=a", "timeout_seconds": 600}),
        ("OPENID", {"issuer": "http://login.acme.example", "client_id": "a"}),
        ("OPENID", {"issuer": "http://localhost.evil.example", "client_id": "a"}),
        ("OPENID", {"issuer": ISSUER}),
        ("OPENID", {"issuer": ISSUER, "client_id": "a", "scopes": ["email"]}),
        ("OPENID", {"issuer": ISSUER, "client_id": "a", "misspelt": True}),
        ("SAML", {"entity_id": "e", "sso_url": "http://idp.example", "certificate": CERTIFICATE}),
        ("SAML", {"entity_id": "e", "sso_url": "https://idp.example", "certificate": ""}),
        ("SAML", []),
        ("KERBEROS", {}),
    ],
)
def test_parameters_that_can_t_work_or_aren_t_safe_are_refused(federated, kind, parameters):
    with pytest.raises(Invalid):
        federated.provider(kind, "Corporate", parameters)
    assert not SignInProvider.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"mail_domains": ["not a domain"]},
        {"mail_domains": ["acme"]},
        {"enterprise_rule": "fixed"},
        {"enterprise_rule": "property"},
    ],
)
def test_rules_that_can_t_work_are_refused(federated, fields):
    with pytest.raises(Invalid):
        federated.openid(ISSUER, **fields)


def test_only_a_trusted_provider_gives_a_blocked_role(federated):
    role = federated.world.roles["CLOUD_ADMIN"]
    with pytest.raises(Invalid, match="trusted"):
        federated.openid(ISSUER, default_role=role)

    assert federated.openid(ISSUER, default_role=role, trusted=True).default_role == role


def test_a_mail_domain_is_served_by_one_provider(federated):
    federated.openid(ISSUER, mail_domains=["@Acme.example "])
    with pytest.raises(Conflict, match=r"acme\.example is served by Corporate"):
        federated.saml(CERTIFICATE, mail_domains=["acme.example"])

    assert federated.saml(CERTIFICATE, mail_domains=["acme.example"], is_enabled=False).pk


def test_a_change_is_recorded_with_before_and_after_but_never_the_secret(federated):
    provider = federated.openid(ISSUER)
    update_sign_in_provider(
        actor=federated.world.cloud_admin, provider=provider, exclusive=True, secret="another-secret"
    )

    event = Event.objects.get(kind="sign_in_provider.changed")
    assert event.changes == {"exclusive": [False, True]}
    provider.refresh_from_db()
    assert provider.secret == "another-secret"
    assert "another-secret" not in provider.sealed_secret
    recorded = json.dumps(list(Event.objects.values("data", "private_data", "changes")))
    assert SECRET not in recorded and "another-secret" not in recorded


def test_a_provider_in_use_is_not_deleted(federated):
    provider = federated.openid(ISSUER)
    actor = federated.world.cloud_admin
    with pytest.raises(Conflict):
        delete_sign_in_provider(actor=actor, provider=provider)

    update_sign_in_provider(actor=actor, provider=provider, is_enabled=False)
    delete_sign_in_provider(actor=actor, provider=SignInProvider.objects.get())

    assert not SignInProvider.objects.exists()


class TestBackOffice:
    ADDRESS = "/admin/identity/signinprovider/"

    @pytest.fixture
    def office(self, federated):
        return browser_of(federated.world.cloud_admin)

    @staticmethod
    def form(**changes: str) -> dict[str, str]:
        return {
            "kind": "OPENID", "name": "Corporate", "slug": "corporate", "is_enabled": "on",
            "mail_domains": "acme.example, acme.test", "creates_users": "on", "enterprise_rule": "name",
            "parameters": json.dumps({"issuer": ISSUER, "client_id": "atrium"}), "secret": SECRET,
        } | changes  # fmt: skip

    def test_a_provider_is_made_and_changed_and_its_secret_never_shown(self, office):
        assert office.get(f"{self.ADDRESS}add/").status_code == 200
        made = office.post(f"{self.ADDRESS}add/", self.form())
        assert made.status_code == 302, made.content.decode()
        provider = SignInProvider.objects.get()
        assert (provider.mail_domains, provider.secret) == (["acme.example", "acme.test"], SECRET)

        page = office.get(f"{self.ADDRESS}{provider.pk}/change/").content.decode()
        changed = office.post(f"{self.ADDRESS}{provider.pk}/change/", self.form(secret="", exclusive="on"))

        assert SECRET not in page and provider.sealed_secret not in page
        assert changed.status_code == 302, changed.content.decode()
        provider.refresh_from_db()
        assert (provider.exclusive, provider.secret) == (True, SECRET)

    def test_what_the_service_refuses_stands_above_the_form(self, office):
        answer = office.post(f"{self.ADDRESS}add/", self.form(mail_domains="acme"))

        assert answer.status_code == 200
        assert "acme is not a mail domain." in answer.content.decode()
        assert not SignInProvider.objects.exists()

    def test_the_kits_own_tables_are_not_offered(self, office):
        for name in ("socialapp", "socialaccount", "socialtoken"):
            assert office.get(f"/admin/socialaccount/{name}/").status_code == 404
