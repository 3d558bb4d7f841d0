"""What administrators may do to the way others sign in: no more than to the users themselves."""

import pytest

from identity.models import BrowserSession, MailSecondFactor, PersonalToken
from identity.services import second_factor
from identity.services.applications import create_application, delete_application
from identity.services.failures import unlock
from identity.services.personal_tokens import create_personal_token, revoke_personal_token
from identity.services.sessions import end_sessions
from tests.identity.browser import is_in, signed_in
from tests.tenants.people import STRONG, acting, colleague
from tests.tenants.refusing import refusal

HELPING = ("USERS_VIEW", "USERS_MANAGE_USERS", "USERS_ENUMERATE_CONNECTED", "USERS_MANAGE_APPLICATIONS")
MAIL = "somebody@example.invalid"


@pytest.fixture
def helper(world):
    """Looks after users of Acme, and knows the other enterprises without managing anybody there."""
    return colleague(world, "hedy", *HELPING, "ENTERPRISE_ENUMERATE", scope=world.cloud_admin.scope)


@pytest.fixture(params=["mightier", "elsewhere", "mightier in one place"])
def beyond(request, world):
    """Somebody the helper sees and may not change."""
    if request.param == "mightier":
        return colleague(world, "mia", *HELPING, "VDC_MANAGE", email=MAIL)
    if request.param == "elsewhere":
        return colleague(world, "elsa", enterprise=world.rival, email=MAIL)
    person = colleague(world, "pia", email=MAIL)
    role = world.roles["ENTERPRISE_ADMIN"]
    person.virtual_datacenter_roles.create(virtual_datacenter_id=world.vdc.pk, role=role)
    return acting(person)


def test_the_second_factor_of_whom_one_may_not_change_stays_on(helper, beyond):
    second_factor.enable_mail(actor=beyond, user=beyond)

    assert refusal(second_factor.disable, actor=helper, user=beyond) == "2FA-6"
    assert MailSecondFactor.objects.filter(user=beyond).exists()


def test_the_lock_of_whom_one_may_not_change_holds(helper, beyond):
    assert refusal(unlock, actor=helper, user=beyond) == "GEN-4"


def test_sessions_of_whom_one_may_not_change_go_on(helper, beyond):
    browser = signed_in(beyond, STRONG)

    sessions = BrowserSession.objects.visible_to(helper).filter(user=beyond)
    assert refusal(end_sessions, actor=helper, sessions=sessions) == "GEN-4"
    assert is_in(browser)


def test_what_programs_of_whom_one_may_not_change_sign_in_with_stays(helper, beyond):
    token, _text = create_personal_token(actor=beyond, name="nightly")
    application, _secret = create_application(actor=beyond, name="robot")

    assert refusal(revoke_personal_token, actor=helper, token=token) == "GEN-4"
    assert refusal(delete_application, actor=helper, application=application) == "GEN-4"


def test_whom_one_may_change_is_helped(world, helper):
    person = colleague(world, "paul", email=MAIL)
    second_factor.enable_mail(actor=person, user=person)
    token, _text = create_personal_token(actor=person, name="nightly")
    BrowserSession.objects.all().delete()
    browser = signed_in(colleague(world, "petra"), STRONG)

    second_factor.disable(actor=helper, user=person)
    unlock(actor=helper, user=person)
    revoke_personal_token(actor=helper, token=token)
    assert end_sessions(actor=helper, sessions=BrowserSession.objects.visible_to(helper)) == 1

    assert not second_factor.uses_second_factor(person)
    assert not PersonalToken.objects.exists()
    assert not is_in(browser)
