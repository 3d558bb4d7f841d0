"""What finding out who asks costs, by every way the API knows: CPU of one GET /api/login."""

import statistics
from collections.abc import Callable, Iterable
from secrets import token_urlsafe
from typing import Any

from bench.client import Answer, Client
from bench.result import Figure, Result
from bench.sizes import Sizes
from bench.stack import Stack
from bench.world import client_of, make_world

OK = 200
PATH = "/api/login"
WARM_UP = 20
Ask = Callable[[], Answer]


def measure(stack: Stack, sizes: Sizes) -> Result:
    """One client, one request after the other, on MariaDB and Redis; passwords hashed as in production."""
    world = make_world(stack, driver="fake", uri=f"fake://{stack.directory}/host")
    strangers = _strangers(world.user, sizes.singles)
    stack.start_web()
    known, bare = client_of(stack, world.user), Client(stack.web_port)
    token = known.get(PATH).headers["x-abiquo-token"]
    personal = _personal_token(world.user)
    signed = _signer(stack, world.user)
    ways: dict[str, Iterable[Ask]] = {
        "no credentials": _again(lambda: bare.get("/api/version"), sizes),
        "Basic, first time": [lambda each=each: client_of(stack, each).get(PATH) for each in strangers],
        "Basic, remembered": _again(lambda: known.get(PATH), sizes),
        "Token": _again(lambda: bare.get(PATH, Authorization=f"Token {token}"), sizes),
        "personal access token": _again(lambda: bare.get(PATH, Authorization=f"Bearer {personal}"), sizes),
        "OAuth 1.0a": _again(lambda: bare.get(PATH, Authorization=signed()), sizes),
    }
    costs = {name: _cost(stack, list(asks)) for name, asks in ways.items()}
    figures = [Figure(f"{name}: CPU of app and database", cost[0], "ms") for name, cost in costs.items()]
    rows = [[name, *(f"{number:.2f}" for number in cost)] for name, cost in costs.items()]
    notes = [
        f"{sizes.requests} requests each, {sizes.singles} first ones, each by a user of its own. The first "
        "line is GET /api/version, which asks for nobody; the others answer with the user and their links.",
    ]
    return Result("Sign-in to the API", figures, notes, [("Cost of one request", _HEADER, rows)])


_HEADER = ["signed in by", "CPU ms", "app ms", "database ms", "wall ms"]


def _again(ask: Ask, sizes: Sizes) -> list[Ask]:
    for _time in range(WARM_UP):
        ask()
    return [ask] * sizes.requests


def _cost(stack: Stack, asks: list[Ask]) -> tuple[float, float, float, float]:
    """CPU, of it app and database, and median wall, in ms. Raises RuntimeError."""
    stack.accounts.open()
    answers = [ask() for ask in asks]
    spent = stack.accounts.spent()
    wrong = [answer for answer in answers if answer.status != OK]
    if wrong:
        raise RuntimeError(f"{wrong[0].status} {wrong[0].body[:300]!r}")
    app = 1000 * spent["web"] / len(answers)
    database = 1000 * (spent["MariaDB"] + spent["Redis"]) / len(answers)
    return app + database, app, database, 1000 * statistics.median(each.seconds for each in answers)


def _strangers(pattern: Any, count: int) -> list[Any]:
    """Users who have not signed in yet; they share one password, so that making them costs no hashing."""
    from tenants.models import User

    users = [
        User(
            nick=f"stranger-{number}",
            password=pattern.password,
            enterprise_id=pattern.enterprise_id,
            role_id=pattern.role_id,
        )
        for number in range(count)
    ]
    return User.objects.bulk_create(users)


def _personal_token(user: Any) -> str:
    from identity.services.personal_tokens import create_personal_token

    return create_personal_token(actor=user, name="measuring")[1]


def _signer(stack: Stack, user: Any) -> Callable[[], str]:
    """Makes the header of a signed call, with a nonce of its own each time."""
    from django.conf import settings
    from oauthlib.oauth1 import Client as Signer

    from core.sealing import seal
    from identity.models import AccessToken
    from identity.services.applications import SECRET_PURPOSE, create_application

    application, secret = create_application(actor=user, name="measuring")
    key, token_secret = token_urlsafe(24), token_urlsafe(32)
    sealed = seal(token_secret, purpose=SECRET_PURPOSE)
    AccessToken.objects.create(application=application, key=key, sealed_secret=sealed)
    signer = Signer(application.api_key, secret, key, token_secret)
    address = f"{settings.ATRIUM_PUBLIC_URL}{PATH}"
    return lambda: signer.sign(address)[1]["Authorization"]
