"""People who work in another enterprise keep their account at home: they find it, and so do its records."""

import pytest

from events.models import Event
from tenants.models import Scope, User
from tenants.services import create_enterprise, create_scope, switch_enterprise
from tests.api_user import ApiUser
from tests.identity.browser import confirmed
from tests.resellers import administrator_of


@pytest.fixture
def della(world):
    """At home in Acme, which her scope does not hold; works in Elsewhere, which it does."""
    scope = create_scope(actor=world.cloud_admin, name="Delegated")
    elsewhere = create_enterprise(actor=world.cloud_admin, name="Elsewhere", default_scope=scope)
    _role, della = administrator_of(world, world.acme, scope, "della")
    assert not Scope.enterprises.through.objects.filter(scope=scope, enterprise=world.acme).exists()
    User.objects.filter(pk=della.pk).update(email="della@example.invalid")
    switch_enterprise(actor=della, enterprise=elsewhere)
    return della


def test_who_works_elsewhere_finds_themselves(della):
    found = ApiUser("della").get("/api/login")
    assert (found.status_code, found.json().get("nick")) == (200, "della")


def test_what_one_does_with_one_s_account_is_on_record_at_home(world, della):
    browser = confirmed(della)
    browser.post("/account/security/mail/")
    browser.post("/accounts/logout/")

    told = Event.objects.filter(subject_type="user", subject_id=della.pk).exclude(kind="user.created")
    assert {event.kind for event in told} >= {
        "user.signed_in", "user.second_factor_enabled", "user.signed_out",
    }  # fmt: skip
    assert {event.enterprise_id for event in told} == {world.acme.pk}
