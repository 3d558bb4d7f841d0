"""Access tokens of an OpenID provider as credentials: who they speak for, and which are refused."""

import pytest
from django.core.cache import cache
from django.test import Client

from core.access_generation import access_changed
from core.errors import Reason
from identity.federation.bearer import bearer_user
from identity.federation.models import SignInProvider
from tenants.models import Enterprise, ExternalRole, User
from tests.api_user import ApiUser, codes
from tests.identity.federation.test_openid import FORGERIES, OLGA

ABOUT_NONCES = {"another nonce", "no nonce", "several audiences, made for another"}


@pytest.fixture
def issuer(federated, scripted):
    cache.clear()
    scripted.claims = {"sub": "robot-1", **OLGA, "preferred_username": "robot"}
    federated.openid(scripted.url)
    return scripted


def test_a_token_in_order_speaks_for_its_user(issuer):
    token = issuer.token()

    first, second = bearer_user(token), bearer_user(token)

    assert (first.nick, first.auth_type, first) == ("robot", "OPENID", second)


def test_the_api_takes_a_token_of_the_provider_and_no_forged_one(issuer):
    token = issuer.token()
    forged = FORGERIES["another key"](issuer, "nonce")

    answers = [
        Client(headers={"Authorization": f"Bearer {each}", "Accept": "application/json"}).get("/api/login")
        for each in (token, forged)
    ]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[0].json()["nick"] == "robot"


@pytest.mark.parametrize("forgery", sorted(FORGERIES.keys() - ABOUT_NONCES))
def test_a_token_that_is_not_in_order_speaks_for_nobody(issuer, forgery):
    told = bearer_user(FORGERIES[forgery](issuer, "nonce"))

    assert isinstance(told, Reason)
    assert told.code in ("TOKEN_REFUSED", "TOKEN_OF_NOBODY")
    assert not User.objects.filter(nick="robot").exists()


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "..", "\u00e9.\u00e9.\u00e9", "x" * 20_000])
def test_what_is_no_token_speaks_for_nobody(issuer, text):
    assert bearer_user(text).code == "TOKEN_OF_NOBODY"


def test_an_audience_for_the_api_takes_the_place_of_the_client(issuer):
    provider = SignInProvider.objects.get()
    provider.parameters |= {"api_audience": "atrium-api"}
    provider.save()

    assert bearer_user(issuer.token()).code == "TOKEN_REFUSED"
    assert bearer_user(issuer.token(aud=["atrium-api", "more"])).nick == "robot"


def test_a_user_who_was_switched_off_is_refused_at_once(issuer):
    token = issuer.token()
    bearer_user(token)
    User.objects.filter(nick="robot").update(is_active=False)

    assert bearer_user(token).code == "USER_INACTIVE"


def test_a_provider_that_is_switched_off_vouches_for_nobody(issuer):
    token = issuer.token()
    bearer_user(token)
    SignInProvider.objects.update(is_enabled=False)

    assert bearer_user(token).code == "TOKEN_OF_NOBODY"


def test_who_has_no_role_any_more_is_refused_with_the_reason(issuer):
    ExternalRole.objects.all().delete()

    assert bearer_user(issuer.token()).code == "NO_ROLE"


@pytest.fixture
def robot(issuer):
    """A program with a provider's token."""
    program = ApiUser(None)
    program.headers["Authorization"] = f"Bearer {issuer.token()}"
    assert program.get("/api/login").status_code == 200
    return program


def test_the_word_of_a_provider_alone_opens_no_account_that_needs_a_second_factor(robot):
    Enterprise.objects.update(two_factor_required=True)
    access_changed()

    assert codes(robot.get("/api/cloud/virtualdatacenters")) == ["SECOND_FACTOR_NEEDED"]


def test_a_token_of_a_provider_is_turned_into_nothing_that_outlives_it(robot):
    user = User.objects.get(nick="robot")
    path = f"/api/admin/enterprises/{user.enterprise_id}/users/{user.pk}"

    made = [robot.post(f"{path}/{kind}", {"name": "own"}) for kind in ("personaltokens", "applications")]

    assert not robot.get("/api/login").has_header("X-Abiquo-Token")
    assert [codes(answer) for answer in made] == [["CREDENTIAL_NOT_ENOUGH"]] * 2
