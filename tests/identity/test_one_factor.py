"""What showing one thing opens at the API, and what it may not be turned into."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from identity.oauth.access import Access
from identity.oauth.provider import Answer
from identity.services import oauth_tokens, second_factor
from identity.services.policy import change_policy
from tenants.models import Enterprise, User
from tests.api_user import ApiUser, codes
from tests.identity.browser import signed_in

LOGIN, MACHINES = "/api/login", "/api/cloud/virtualdatacenters"


class Holder(ApiUser):
    """Somebody with the token of a login."""

    def __init__(self, token: str):
        super().__init__(None)
        self.headers["Authorization"] = f"Token {token}"


def holder(user) -> Holder:
    return Holder(ApiUser(user.nick).get(LOGIN)["X-Abiquo-Token"])


def enable(user) -> None:
    second_factor.enable_mail(actor=user, user=user)


def ask_for_it(user) -> None:
    Enterprise.objects.filter(pk=user.enterprise_id).update(two_factor_required=True)
    cache.clear()


@pytest.mark.parametrize("protect", [enable, ask_for_it])
def test_a_token_of_a_login_ends_when_a_second_factor_is_needed(world, protect):
    anna = holder(world.admin)
    assert anna.get(MACHINES).status_code == 200

    protect(world.admin)

    assert codes(anna.get(MACHINES)) == ["SECOND_FACTOR_NEEDED"]


def test_a_token_of_a_login_is_handed_out_for_a_password_only(world):
    assert not holder(world.admin).get(LOGIN).has_header("X-Abiquo-Token")
    assert not signed_in(world.admin).get(LOGIN).has_header("X-Abiquo-Token")


def test_a_password_that_is_too_old_opens_nothing_but_the_question_who_one_is(world):
    anna = holder(world.admin)
    change_policy(actor=None, max_age_days=30)
    User.objects.filter(pk=world.admin.pk).update(password_changed_at=timezone.now() - timedelta(days=31))
    cache.clear()

    for caller in (ApiUser("anna"), anna):
        assert caller.get(LOGIN).status_code == 200
        assert codes(caller.get(MACHINES)) == ["PSW-9"]


def test_an_open_browser_is_not_turned_into_a_way_in_by_the_api(world):
    browser: Client = signed_in(world.admin)
    path = f"/api/admin/enterprises/{world.acme.pk}/users/{world.admin.pk}"

    answers = [
        browser.post(f"{path}/{what}", body, content_type="application/json")
        for what, body in (
            ("personaltokens", {"name": "own"}),
            ("applications", {"name": "own"}),
            ("action/enable2fa", {"type": "EMAIL"}),
            ("action/disable2fa", {}),
        )
    ]

    assert [codes(answer) for answer in answers] == [["CREDENTIAL_NOT_ENOUGH"]] * len(answers)


@pytest.mark.parametrize(
    "carrier",
    [
        second_factor.Enabled("EMAIL", "canary", ("canary",)),
        oauth_tokens.Consent("https://example.invalid", "canary", "canary"),
        Answer(200, "oauth_token_secret=canary"),
        Access(1, 1, "canary", "canary", None, None),
    ],
)
def test_what_carries_secrets_does_not_show_them_in_a_log_or_a_report_of_an_error(carrier):
    assert "canary" not in f"{carrier} {carrier!r}"
