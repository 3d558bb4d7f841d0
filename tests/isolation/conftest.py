import os
from pathlib import Path

from tests.counting import COUNTED
from tests.isolation.asking import asked
from tests.isolation.estates import estates  # noqa: F401  fixtures
from tests.server_fixtures import datacenter, world  # noqa: F401  fixtures

HERE = Path(__file__).parent
LAWS = {
    "test_what_is_not_to_be_seen_is_like_nothing",
    "test_no_page_and_no_list_names_what_is_not_to_be_seen",
    "test_no_reference_in_a_body_tells_what_is_not_to_be_seen_from_nothing",
}


def pytest_sessionfinish(session):
    """The number of requests made, by method, for the report of the run."""
    if asked:
        session.config.stash[COUNTED]["isolation: requests"] = dict(asked)


def pytest_collection_modifyitems(config, items):
    """On MariaDB one actor asks for all, since what is asked is the same: it is the database that differs."""
    if os.environ.get("ATRIUM_DATABASE_URL", "").startswith("mysql"):
        others = [each for each in items if each.path.parent == HERE and not is_of_the_sample(each)]
        config.hook.pytest_deselected(items=others)
        items[:] = [each for each in items if each not in others]


def is_of_the_sample(item) -> bool:
    """A bounded administrator meets every kind of thing, their own and what is hidden."""
    return item.originalname in LAWS and item.callspec.id == "administrator"
