"""Answers and exchanges at the same time: each counts once."""

from functools import partial

import pytest

from identity.models import AccessToken
from identity.services.applications import create_application
from identity.services.oauth_tokens import exchange, give_consent, keep_request_token
from tests.at_once import all_at_once, together
from tests.shared_database import shared_database  # noqa: F401  a fixture

AT_ONCE = 8


@pytest.fixture
def application(world, shared_database):  # noqa: F811  the fixture above
    made, _secret = create_application(actor=world.admin, name="Reporter")
    keep_request_token(api_key=made.api_key, key="asked", secret="x", callback="oob")
    return made


def test_of_many_exchanges_of_one_verifier_one_succeeds(application, world):
    verifier = give_consent(actor=world.admin, key="asked").verifier
    asked = {"api_key": application.api_key, "request_key": "asked", "verifier": verifier, "secret": "secret"}
    acts = [partial(exchange, key=f"key-{number}", **asked) for number in range(AT_ONCE)]

    assert sorted(together(acts)) == [False] * (AT_ONCE - 1) + [True]
    assert AccessToken.objects.count() == 1


def test_of_many_answers_to_one_request_one_counts(application, world):
    act = partial(give_consent, actor=world.admin, key="asked")

    assert all_at_once([act] * AT_ONCE)["done"] == 1
