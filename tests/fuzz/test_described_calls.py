"""Whatever the description allows to be sent, in whatever shape: no error of ours, no name of a stranger."""

import pytest

from tests.fuzz.calls import called, described, made_up, make
from tests.isolation.actors import ACTORS
from tests.isolation.asking import signed_in
from tests.isolation.test_matrix import hidden_marks

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CALLS_EACH = 3
ASKING = ("unlimited", "scoped", "administrator", "user", "viewer", "restricted")
BROKEN, REFUSED = 500, 400


@pytest.fixture
def people(world, estates):
    """Browsers of everybody, with the texts that nobody may show them."""
    users = {actor: actor.user(world, estates) for actor in ACTORS if actor.name in ASKING}
    return {actor.name: (signed_in(user), hidden_marks(actor, user)) for actor, user in users.items()}


def test_nothing_that_can_be_sent_breaks_the_api_or_shows_what_is_not_to_be_seen(people, estates):
    told = []
    for operation in described():
        for call in made_up(operation, estates, CALLS_EACH):
            for name, (browser, hidden) in people.items():
                answer = make(browser, call)
                if answer.status >= BROKEN or any(mark in answer.words for mark in hidden):
                    told.append((name, call, answer.status, answer.words[-300:]))
    assert not told, told[:20]
    assert {200, 204, 400, 403, 404} <= called.keys()
