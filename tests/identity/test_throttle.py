"""Guessing is slowed down, for every name alike, and nobody else notices."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.api import authentication
from core.throttle import Throttle
from identity.api import authentication as programs
from identity.services.personal_tokens import create_personal_token
from tests.api_user import ApiUser

HERE, THERE = "192.0.2.1", "192.0.2.2"


def ask(nick: str, password: str, address: str = HERE):
    user = ApiUser(nick, password)
    user.client.defaults["REMOTE_ADDR"] = address
    return user.get("/api/login")


def guess(nick: str, times: int, address: str = HERE) -> list[int]:
    return [ask(nick, f"guess {number}", address).status_code for number in range(times)]


def test_after_some_failures_even_the_right_password_waits(world):
    assert world.admin.pk
    allowed = authentication.FAILURES_ALLOWED
    assert guess("anna", allowed + 2) == [401] * allowed + [429] * 2
    answer = ask("anna", "correct horse battery staple")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer["Retry-After"] in answer.json()["collection"][0]["message"]


def test_a_name_that_does_not_exist_waits_in_the_same_words(world):
    assert world.admin.pk
    for nick in ("anna", "nobody"):
        guess(nick, authentication.FAILURES_ALLOWED)
    known, unknown = ask("anna", "guess"), ask("nobody", "guess")
    assert known.status_code == unknown.status_code == 429
    assert known.json() == unknown.json()


def test_others_and_other_addresses_do_not_wait(world):
    assert world.admin.pk and world.user.pk
    guess("anna", authentication.FAILURES_ALLOWED)
    assert ask("ulf", "correct horse battery staple").status_code == 200
    assert ask("anna", "wrong", THERE).status_code == 401


def test_a_name_that_was_verified_a_moment_ago_does_not_wait(world):
    assert world.admin.pk
    assert ask("anna", "correct horse battery staple").status_code == 200
    guess("anna", 2)
    assert ask("anna", "correct horse battery staple").status_code == 200


def test_trying_many_names_from_one_address_waits_too(db, monkeypatch):
    monkeypatch.setattr(authentication, "BY_ADDRESS", Throttle("few", 3))
    statuses = [ask(f"name-{number}", "guess").status_code for number in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    assert ask("name-9", "guess", THERE).status_code == 401


def test_behind_the_proxy_the_clients_address_counts(db, monkeypatch, settings):
    settings.ATRIUM_CLIENT_ADDRESS_HEADER = "X-Real-IP"
    monkeypatch.setattr(authentication, "BY_ADDRESS", Throttle("proxied", 1))
    statuses = [
        ApiUser("nobody", "guess").get("/api/login", X_Real_IP=address).status_code
        for address in (HERE, HERE, THERE)
    ]
    assert statuses == [401, 429, 401]


def test_wrong_tokens_wait_but_do_not_hold_up_passwords_or_good_tokens(world, monkeypatch):
    assert world.admin.pk
    monkeypatch.setattr(programs, "BY_ADDRESS", Throttle("tokens", 2))
    script = ApiUser(None)
    script.headers["Authorization"] = "Bearer atr_wrong"
    script.client.defaults["REMOTE_ADDR"] = HERE
    assert [script.get("/api/login").status_code for _time in range(4)] == [401, 401, 429, 429]
    assert ask("anna", "correct horse battery staple").status_code == 200
    script.headers["Authorization"] = f"Bearer {create_personal_token(actor=world.admin, name='good')[1]}"
    assert script.get("/api/login").status_code == 200


def test_no_failure_is_lost_when_many_come_at_once():
    throttle = Throttle("together", 200)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(throttle.count, ["somebody"] * 199))
    assert throttle.wait_seconds("somebody") == 0
    throttle.count("somebody")
    assert throttle.wait_seconds("somebody") == 60


@pytest.mark.parametrize("passed", [30, 61])
def test_waiting_ends(monkeypatch, passed):
    throttle = Throttle("patience", 1)
    throttle.count("somebody")
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + passed)
    assert bool(throttle.wait_seconds("somebody")) is (passed < 60)
