"""Answers and exchanges at the same time: each counts once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.errors import NotFound
from identity.models import AccessToken
from identity.services.applications import create_application
from identity.services.oauth_tokens import exchange, give_consent, keep_request_token
from tests.shared_database import shared_database  # noqa: F401  a fixture

AT_ONCE = 8


@pytest.fixture
def application(world, shared_database):  # noqa: F811  the fixture above
    made, _secret = create_application(actor=world.admin, name="Reporter")
    keep_request_token(api_key=made.api_key, key="asked", secret="x", callback="oob")
    return made


def together(act) -> list:
    """What ``act`` answered in each of the threads, all beginning at the same moment."""
    start = Barrier(AT_ONCE)

    def run(number: int):
        start.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_of_many_exchanges_of_one_verifier_one_succeeds(application, world):
    verifier = give_consent(actor=world.admin, key="asked").verifier

    def act(number: int) -> bool:
        return exchange(
            api_key=application.api_key,
            request_key="asked",
            verifier=verifier,
            key=f"key-{number}",
            secret="secret",
        )

    assert sorted(together(act)) == [False] * (AT_ONCE - 1) + [True]
    assert AccessToken.objects.count() == 1


def test_of_many_answers_to_one_request_one_counts(application, world):
    actor = world.admin

    def act(_number: int) -> str:
        try:
            return give_consent(actor=actor, key="asked").verifier
        except NotFound:
            return ""

    assert len([each for each in together(act) if each]) == 1
