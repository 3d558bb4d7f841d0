"""Every secret the product takes or makes is given to it, and then is nowhere but where it is meant to be."""

import logging

import pytest

from infrastructure.models import Datacenter
from tests.isolation.asking import signed_in
from tests.secrets.giving import EVERY_WAY, own_ids
from tests.secrets.traces import Log, answers, left_in, remembered, rows, sealed

pytestmark = pytest.mark.django_db(transaction=True)
KEY_OF_DATACENTER = "zq-canary-key-of-the-datacenter"
MEANT_TO_HOLD = {"infrastructure.Datacenter.key"}
SIGNED_IN = ("cloud_admin", "admin")


@pytest.fixture
def log(settings):
    """What an installation logs whose operator asks for all there is."""
    kept, levels = Log(), {"": "DEBUG"}
    levels |= {name: each["level"] for name, each in settings.LOGGING["loggers"].items()}
    before = {name: logging.getLogger(name).level for name in levels}
    logging.getLogger().addHandler(kept)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    yield kept
    logging.getLogger().removeHandler(kept)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def given(world, log):
    """The secrets, by what they are; the log is kept from before."""
    everybody = world.cloud_admin, world.admin, world.user, world.viewer, world.rival_admin
    assert all(everybody)
    Datacenter.objects.filter(pk=world.datacenter.pk).update(key=KEY_OF_DATACENTER)
    made = {"key of the datacenter": KEY_OF_DATACENTER}
    for way in EVERY_WAY:
        made |= way(world)
    assert all(len(secret) >= 8 for secret in made.values())
    return made


def test_no_row_of_any_table_holds_a_secret(given):
    looked = list(rows())

    found = [(column, left_in(text, given)) for column, text in looked if column not in MEANT_TO_HOLD]

    assert [each for each in found if each[1]] == []
    assert len({column for column, _text in looked}) > 100


def test_no_line_of_the_log_and_nothing_remembered_holds_a_secret(given, log):
    assert left_in(log.text, given) == []
    assert left_in(remembered(), given) == []
    assert "Directory" in log.text


@pytest.mark.parametrize("who", SIGNED_IN)
def test_no_page_and_no_answer_shows_a_secret_again(world, estates, given, who, log):
    browser = signed_in(getattr(world, who))
    hidden = given | sealed()
    looked = 0
    for path, text in answers(browser, estates["own"] | own_ids(world)):
        looked += 1
        assert (path, left_in(text, hidden)) == (path, [])
    assert looked > 200
    assert left_in(log.text, given) == []


def test_the_search_finds_a_secret_that_was_left(given):
    assert left_in(f"…{given['new user']}…", given) == ["new user"]
